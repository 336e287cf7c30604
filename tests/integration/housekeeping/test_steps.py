"""What housekeeping deletes, and what it never deletes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.housekeeping import steps
from include.housekeeping.errors import DaysRefused
from include.housekeeping.retention import KINDS
from include.product_sync import steps as product_sync
from include.product_sync.errors import PagesMissing
from tests.support.crm_past import DEFAULT_DAYS, Past, days_ago
from tests.support.full_past import KEPT_SYNCS, OLD, full_past, with_newer_syncs
from tests.support.ordering_store import OrderingStore

# --- syncs


def test_old_syncs_are_deleted_with_their_warnings_and_counted(past: Past) -> None:
    source = past.data_source()
    old = {past.sync(source, 91, warnings=2), past.sync(source, 100, "Failed")}
    young = past.sync(source, 89, warnings=1)
    with_newer_syncs(past, source)
    result = past.tidy_up()
    assert result["summary"] == "Deleted 2 old syncs"
    assert not old & past.ids("sync_run")
    assert past.ids("sync_warning") == {young}


def test_newest_syncs_are_kept_however_old(past: Past) -> None:
    source = past.data_source()
    runs = [past.sync(source, OLD - number) for number in range(KEPT_SYNCS + 5)]
    past.tidy_up()
    assert past.ids("sync_run") == set(runs[-KEPT_SYNCS:])


def test_store_that_fails_for_months_keeps_the_sync_that_its_page_uses(past: Past) -> None:
    source = past.data_source()
    past.sync(source, OLD)
    last_good = past.sync(source, OLD - 1, published_at=days_ago(OLD), warnings=1)
    past.sync(source, OLD - 1, dry_run=True)
    failed = [past.sync(source, OLD - 2, "Failed") for _ in range(KEPT_SYNCS + 3)]
    past.tidy_up()
    assert past.ids("sync_run") == {last_good, *failed[-KEPT_SYNCS:]}
    assert past.ids("sync_warning") == {last_good}


def test_unfinished_sync_is_kept(past: Past) -> None:
    source = past.data_source()
    long_open = past.sync(source, None, submitted_at=days_ago(OLD), started_at=days_ago(OLD))
    with_newer_syncs(past, source)
    past.tidy_up()
    assert long_open in past.ids("sync_run")


def test_every_store_keeps_its_own_syncs(past: Past) -> None:
    busy, quiet = past.data_source("busy"), past.data_source("quiet")
    only = past.sync(quiet, OLD)
    past.sync(busy, OLD)
    with_newer_syncs(past, busy)
    assert past.tidy_up()["counts"]["syncs"] == 1
    assert only in past.ids("sync_run")


def test_changes_are_deleted_with_their_sync(past: Past) -> None:
    source = past.data_source()
    old, kept = past.sync(source, 91, dry_run=True), past.sync(source, 1)
    for _ in range(KEPT_SYNCS):
        past.sync(source, 0.5)
    for run in (old, kept):
        past.insert("sync_change", sync_run_id=run, place=1, change="new", kind="product")
    past.tidy_up()
    assert past.ids("sync_change") == {kept}


# --- raw pages


def test_raw_pages_are_deleted_days_after_their_sync_failed_or_made_progress(past: Past) -> None:
    source = past.data_source()
    failed, just_failed = past.sync(source, 8, "Failed"), past.sync(source, 6, "Failed")
    heard_of = {"submitted_at": days_ago(20), "started_at": days_ago(9), "read_started_at": days_ago(9)}
    abandoned = past.sync(source, None, **heard_of, read_at=days_ago(8))
    resumed = past.sync(source, None, **heard_of, read_at=days_ago(1))
    under_way = past.sync(source, None)
    for run in (failed, just_failed, abandoned, resumed, under_way):
        past.page(run, 1)
        past.page(run, 2)
    result = past.tidy_up()
    assert result["summary"] == "Deleted the raw pages of 2 syncs"
    assert past.ids("catalogue_page") == {just_failed, resumed, under_way}
    assert len(past.ids("sync_run")) == 5


def test_step_repeated_after_its_pages_were_deleted_says_so_and_publishes_nothing(
    shop: Callable[..., OrderingStore],
) -> None:
    store = shop()
    run = product_sync.begin(store.sandbox.store_hash, SyncOptions(), DagRunReference("dag", "run"))
    product_sync.extract(run)
    store.change(
        "UPDATE crm.sync_run SET status = 'Failed', error = 'x', finished_at = now() - interval '8 d'"
    )
    assert steps.tidy_up(DEFAULT_DAYS)["counts"]["pages"] > 0
    with pytest.raises(PagesMissing):
        product_sync.load(run)
    product_sync.extract(run)
    assert product_sync.load(run)["counts"]["variants_unchanged"] > 0


# --- hints about changes in stores


def test_handled_hints_are_deleted_and_waiting_ones_kept_while_their_store_is_active(past: Past) -> None:
    source, gone = past.data_source(), past.data_source("gone")
    past.hint(source, 15)
    just_handled, waiting = past.hint(source, 13), past.hint(source, OLD, handled=False)
    past.hint(gone, OLD, handled=False)
    past.crm.execute("UPDATE crm.data_source SET state = 'inactive' WHERE store_hash = 'gone'")
    assert past.tidy_up()["summary"] == "Deleted 2 handled hints"
    assert past.ids("change_hint") == {just_handled, waiting}


# --- the ledger's history


def test_history_of_an_order_is_deleted_as_a_whole_long_after_its_push(past: Past) -> None:
    source = past.data_source()
    long_there = past.order(source, "pushed", OLD, attempts=(OLD + 9, OLD))
    just_pushed = past.order(source, "pushed", 5, attempts=(OLD, 5))
    assert past.tidy_up()["summary"] == "Deleted 2 attempts of pushed orders"
    assert {row["order_push_id"] for row in past.rows("SELECT * FROM crm.order_push_attempt")} == {
        just_pushed
    }
    assert past.ids("order_push") == {long_there, just_pushed}


@pytest.mark.parametrize("state", ["pending", "sending", "uncertain", "rejected", "dismissed"])
def test_history_of_an_order_that_is_not_in_the_store_is_kept(past: Past, state: str) -> None:
    past.order(past.data_source(), state, OLD, attempts=(OLD, OLD))
    assert past.tidy_up()["counts"]["attempts"] == 0
    assert len(past.ids("order_push_attempt")) == 2


def test_history_of_a_cancellation_is_deleted_long_after_it_reached_the_store(past: Past) -> None:
    source = past.data_source()
    past.cancellation(source, "pushed", OLD, attempts=(OLD + 9, OLD))
    past.cancellation(source, "pushed", 5, attempts=(OLD, 5))
    past.cancellation(source, "rejected", OLD, attempts=(OLD,))
    assert past.tidy_up()["summary"] == "Deleted 2 attempts of refunds and cancellations"
    assert len(past.ids("order_reversal_attempt")) == 3
    assert len(past.ids("order_reversal")) == 3


def test_rows_behind_kept_rows_are_deleted(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many old rows are kept, later batches are reached."""
    monkeypatch.setattr(steps, "KINDS", tuple(replace(kind, batch=2) for kind in KINDS))
    source = past.data_source()
    past.order(source, "rejected", OLD, attempts=(OLD,) * 5)
    past.order(source, "pushed", OLD, attempts=(OLD,) * 3)
    for run in [past.sync(source, 8, "Failed") for _ in range(5)]:
        past.page(run)
    counts = past.tidy_up()["counts"]
    assert (counts["attempts"], counts["pages"]) == (3, 5)


# --- reconciliations


def test_old_reconciliations_are_deleted_except_the_newest_of_each_store(past: Past) -> None:
    busy, quiet = past.data_source("busy"), past.data_source("quiet")
    past.reconciliation(busy, OLD, findings=3)
    stays = {past.reconciliation(quiet, OLD, findings=1), past.reconciliation(busy, 364)}
    assert past.tidy_up()["summary"] == "Deleted 1 reconciliation"
    assert past.ids("order_reconciliation") == stays
    assert len(past.ids("order_finding")) == 1


# --- previews of price changes, and alerts


def test_old_previews_of_price_changes_are_deleted_and_applied_changes_are_kept(past: Past) -> None:
    source = past.data_source()
    past.price_preview(source, 3)
    kept = {past.price_preview(source, 1), past.price_preview(source, OLD, applied=True)}
    assert past.tidy_up()["summary"] == "Deleted 1 preview of price changes"
    assert past.ids("price_batch") == kept


def test_old_alerts_are_deleted_except_the_last_ones_and_undelivered_ones(past: Past) -> None:
    shop = past.data_source("shop")
    past.alert(shop, "new", OLD)
    past.alert(shop, "recovered", OLD)
    stays = {past.alert(shop, "new", OLD), past.alert(shop, "recovered", None)}
    stays.add(past.alert(shop, "new", OLD, kind="orders rejected"))
    assert past.tidy_up(dry_run=True)["counts"]["alerts"] == 2
    assert past.tidy_up()["summary"] == "Deleted 2 old alerts"
    assert past.ids("alert") == stays
    assert past.tidy_up()["counts"]["alerts"] == 0


# --- parameters


def test_summary_says_when_nothing_is_old(past: Past) -> None:
    assert past.tidy_up()["summary"] == "Nothing was old enough to be deleted"
    assert (
        past.tidy_up(dry_run=True)["summary"]
        == "Dry run: nothing was deleted. A real run would delete nothing"
    )


def test_kinds_kept_for_ever_are_kept_and_the_rest_is_deleted(past: Past) -> None:
    full_past(past, past.data_source())
    result = past.tidy_up(syncs=None, attempts=None, reversal_attempts=None)
    assert result["summary"] == (
        "Deleted the raw pages of 2 syncs, 2 reconciliations, 2 old alerts, 2 previews of price changes, "
        "2 handled hints"
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_too_few_days_are_refused_before_anything_is_deleted(past: Past, kind: Any) -> None:
    full_past(past, past.data_source())
    for days in (0, -1, kind.least_days - 1):
        with pytest.raises(DaysRefused, match=str(kind.least_days)):
            past.tidy_up(**{kind.name: days})
    assert len(past.ids("catalogue_page")) == 2
