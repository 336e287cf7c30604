"""A product sync in a real Airflow: started by its REST API, seen in the CRM's database and in the store."""

from __future__ import annotations

import time

import pytest

from include.local.system import System
from include.markdown import unescape
from include.sandbox import Sandbox
from tests.support.running_system import Store

pytestmark = pytest.mark.end_to_end


def test_a_new_data_source_shows_in_airflow_by_itself(system: System, sandbox: Sandbox) -> None:
    Store(system, sandbox).command("activate", "--base-url", sandbox.base_url)
    activated_at = time.monotonic()
    system.airflow.wait_for_dag(sandbox.store_hash)
    seconds = time.monotonic() - activated_at
    print(f"A new data source's DAG is there {seconds:.1f} s after its activation.")


def test_a_sync_imports_the_catalogue_and_writes_the_ids_back(store: Store) -> None:
    started_at = time.monotonic()
    sync = store.sync()
    print(f"A first sync took {time.monotonic() - started_at:.1f} s.")
    assert (sync["status"], sync["error"]) == ("Completed", None)
    assert (sync["products_pulled"], sync["products_total"]) == (20, 20)
    assert store.run(sync["dag_run_id"])["note"] == sync["summary"]
    assert store.sandbox.catalogue.variant_count == len(store.variants()) == 60
    assert {field.resource_id: field.value for field in store.sandbox.catalogue.metafields.find({})} == {
        variant["bigcommerce_variant_id"]: f"{variant['campaign_product_id']}.{variant['variant_detail_id']}"
        for variant in store.variants()
    }


def test_a_second_sync_of_an_unchanged_store_writes_nothing(store: Store) -> None:
    store.sync_without_airflow()
    before = store.variants()
    store.sandbox.forget_requests()
    started_at = time.monotonic()
    sync = store.sync()
    print(f"An unchanged sync took {time.monotonic() - started_at:.1f} s.")
    assert sync["status"] == "Completed"
    assert (sync["counts"]["products_unchanged"], sync["counts"]["variants_unchanged"]) == (20, 60)
    assert store.variants() == before
    assert store.writes() == []


def test_a_dry_run_writes_nothing(store: Store) -> None:
    sync = store.sync(dry_run=True)
    assert sync["status"] == "Completed"
    assert sync["counts"]["variants_new"] == 60
    assert store.variants() == []
    assert store.writes() == []


def test_a_slip_in_the_name_of_a_parameter_does_not_start_a_real_sync(store: Store) -> None:
    run_id = store.system.airflow.start(store.dag_id, {"dryrun": True})
    store.wait_for_state(run_id, "failed")
    assert "This DAG has no parameter dryrun" in store.run(run_id)["note"]
    assert store.variants() == []


def test_a_revoked_token_ends_the_sync_at_once_and_the_note_says_what_to_do(store: Store) -> None:
    store.sandbox.access.revoke_token()
    sync = store.sync()
    assert sync["status"] == "Failed"
    assert "access token" in sync["error"]
    assert unescape(store.run(sync["dag_run_id"])["note"]) == sync["error"]
    extract = f"/dags/{store.dag_id}/dagRuns/{sync['dag_run_id']}/taskInstances/extract"
    assert store.system.airflow.call("GET", extract)["try_number"] == 1
