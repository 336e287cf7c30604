"""A store whose syncs of changes fail is left alone, longer from failure to failure, until it works again."""

from __future__ import annotations

from typing import Any

import pytest

from include.store_changes import steps
from tests.support.failing_changes import fail, syncs_of_changes, waits
from tests.support.hints import due_products, hint
from tests.support.shop import Shop


def works_again(shop: Shop) -> None:
    shop.sandbox.faults.clear()


def test_pause_grows_to_an_hour_and_there_is_one_failed_sync(failing_shop: Shop) -> None:
    pauses = [fail(failing_shop) for _ in range(7)]
    assert pauses == pytest.approx([4, 8, 16, 32, 60, 60, 60], abs=0.5)
    assert waits(failing_shop)
    asked = len(failing_shop.sandbox.requests)
    steps.follow(failing_shop.sandbox.store_hash)
    assert len(failing_shop.sandbox.requests) == asked
    assert len(syncs_of_changes(failing_shop)) == 1


def test_write_back_that_fails_for_hours_keeps_what_changed_and_adds_one_sync_more(synced: Shop) -> None:
    catalogue = synced.sandbox.catalogue
    added = catalogue.add_product("Added", [{"sku": "ADDED"}]).product.id
    hint(synced, added)
    synced.sandbox.faults.add("status", status=401, path="/variants/metafields", times=None)
    for _ in range(5):
        fail(synced)
    kept = syncs_of_changes(synced)
    changes = synced.rows("SELECT DISTINCT sync_run_id FROM crm.sync_change")
    assert [row["status"] for row in kept] == ["Failed", "Failed"]
    assert kept[-1]["sync_run_id"] in {row["sync_run_id"] for row in changes}
    works_again(synced)
    synced.change("UPDATE crm.change_pause SET until = now()")
    steps.follow(synced.sandbox.store_hash)
    assert [row["status"] for row in syncs_of_changes(synced)] == ["Completed", "Failed"]
    assert synced.fields_in_store() == synced.fields_expected()
    assert due_products(synced) == []


def test_pause_ends_with_the_first_sync_that_succeeds(failing_shop: Shop) -> None:
    fail(failing_shop), fail(failing_shop)
    works_again(failing_shop)
    failing_shop.change("UPDATE crm.change_pause SET until = now()")
    steps.follow(failing_shop.sandbox.store_hash)
    assert failing_shop.rows("SELECT 1 FROM crm.change_pause") == []


@pytest.mark.parametrize("dry_run", [False, True])
def test_full_sync_that_succeeds_ends_the_pause_and_a_dry_run_does_not(
    failing_shop: Shop, dry_run: bool
) -> None:
    fail(failing_shop)
    works_again(failing_shop)
    failing_shop.sync(dry_run=dry_run)
    assert bool(failing_shop.rows("SELECT 1 FROM crm.change_pause")) is dry_run


def test_person_who_triggers_the_dag_ends_all_pauses(failing_shop: Shop) -> None:
    fail(failing_shop)
    assert waits(failing_shop)
    assert steps.due_stores(at_once=True)["stores"]


def test_pause_of_one_store_holds_up_no_other(failing_shop: Shop, store: Any) -> None:
    fail(failing_shop)
    other = store(products=2, store_hash="other1")
    other.sync()
    hint(other, other.sandbox.catalogue.product_ids[0])
    assert [each["store_hash"] for each in steps.due_stores()["stores"]] == ["other1"]
