"""Housekeeping while syncs and pushes run: nobody waits for anybody."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from include.crm import old_rows, publication, sync_runs
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.housekeeping.retention import KINDS
from include.product_sync import steps as product_sync
from tests.support.crm_past import Past, days_ago
from tests.support.full_past import full_past, with_newer_syncs
from tests.support.ordering_store import OrderingStore


def test_locked_rows_are_skipped_and_deleted_by_the_next_run(past: Past, crm_url: str) -> None:
    full_past(past, past.data_source())
    with psycopg.connect(crm_url) as other:
        for table in (
            "catalogue_page",
            "sync_run",
            "order_push_attempt",
            "order_reversal_attempt",
            "order_reconciliation",
            "alert",
            "price_batch",
            "change_hint",
        ):
            hold = sql.SQL("SELECT * FROM crm.{} ORDER BY 1 LIMIT 1 FOR NO KEY UPDATE")
            assert other.execute(hold.format(sql.Identifier(table))).fetchone()
        counts = past.tidy_up()["counts"]
        assert set(counts.values()) == {1}
    assert set(past.tidy_up()["counts"].values()) == {1}


def test_sync_whose_changes_are_just_being_recorded_is_kept(past: Past, crm_url: str) -> None:
    source = past.data_source()
    old = past.sync(source, 91, "Failed")
    with_newer_syncs(past, source)
    past.crm.commit()
    with psycopg.connect(crm_url) as recording:
        publication.create_staging(recording)
        staging = publication.Staging(recording)
        tea = staging.written("products", [[1], ["Tea"], ["TEA"], [True], [b"content"], [b"source"]])
        staging.add("products", tea)
        publication.find_changes(recording, None)
        publication.record_changes(recording, old)
        assert past.tidy_up()["counts"]["syncs"] == 0
    assert old in past.ids("sync_run")
    assert past.ids("sync_change") == {old}


def test_no_sync_or_push_waits_for_housekeeping(
    shop: Callable[..., OrderingStore], past: Past, crm_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shop()
    (source,) = [row["data_source_id"] for row in store.rows("SELECT data_source_id FROM crm.data_source")]
    full_past(past, source)
    store.next_order_id = 1_000
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", f"{crm_url}&options=-c%20lock_timeout%3D5s")
    with psycopg.connect(crm_url) as housekeeping:
        for kind in KINDS:
            batch = old_rows.delete_batch(housekeeping, kind.name, after=0, before=days_ago(90), limit=1000)
            assert batch.number > 0
        run = product_sync.begin(store.sandbox.store_hash, SyncOptions(), DagRunReference())
        for step in (product_sync.extract, product_sync.load, product_sync.write_back):
            step(run)
        order_id = store.order()
        store.crm.execute("SET lock_timeout = '5s'")
        store.push()
        assert store.states()[order_id] == "pushed"
        assert sync_runs.get(store.crm, run).status == "Completed"
        housekeeping.rollback()


def test_tables_are_vacuumed_after_a_deletion(past: Past) -> None:
    full_past(past, past.data_source())
    past.tidy_up()
    vacuumed = past.rows(
        "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'crm' AND last_vacuum IS NOT NULL"
    )
    assert {row["relname"] for row in vacuumed} == {
        *("catalogue_page", "sync_run", "sync_change", "sync_warning"),
        *("order_push_attempt", "order_reversal_attempt", "order_reconciliation", "order_finding", "alert"),
        *("price_batch", "price_batch_row", "change_hint"),
    }
