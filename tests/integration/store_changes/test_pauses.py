"""A store whose syncs of changes fail is left alone, longer from failure to failure, until it works again."""

from __future__ import annotations

from typing import Any

import pytest

from include.bigcommerce.errors import BigCommerceError
from include.crm import change_hints, change_pauses
from include.store_changes import steps
from tests.support.announcements import announcements
from tests.support.hints import due_products, hint
from tests.support.page_visitors import Visitor
from tests.support.shop import Shop


@pytest.fixture
def failing(synced: Shop) -> Shop:
    """A store with a changed product that refuses every request for products."""
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    synced.sandbox.faults.add("status", status=401, path="/products", times=None)
    return synced


def fail(shop: Shop) -> float:
    """A run as soon as the pause ends, and that fails; the minutes until the next."""
    shop.change("UPDATE crm.change_pause SET until = now()")
    with pytest.raises(BigCommerceError):
        steps.follow(shop.sandbox.store_hash)
    [row] = shop.rows("SELECT extract(epoch FROM until - now()) / 60 AS minutes FROM crm.change_pause")
    return float(row["minutes"])


def syncs_of_changes(shop: Shop) -> list[dict[str, Any]]:
    return shop.rows(
        "SELECT * FROM crm.sync_run WHERE only_product_ids IS NOT NULL ORDER BY sync_run_id DESC"
    )


def works_again(shop: Shop) -> None:
    shop.sandbox.faults.clear()


def waits(shop: Shop) -> bool:
    return not steps.due_stores()["stores"]


def test_pause_grows_to_an_hour_and_there_is_one_failed_sync(failing: Shop) -> None:
    pauses = [fail(failing) for _ in range(7)]
    assert pauses == pytest.approx([4, 8, 16, 32, 60, 60, 60], abs=0.5)
    assert waits(failing)
    asked = len(failing.sandbox.requests)
    steps.follow(failing.sandbox.store_hash)
    assert len(failing.sandbox.requests) == asked
    assert len(syncs_of_changes(failing)) == 1


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


def test_pause_ends_with_the_first_sync_that_succeeds(failing: Shop) -> None:
    fail(failing), fail(failing)
    works_again(failing)
    failing.change("UPDATE crm.change_pause SET until = now()")
    steps.follow(failing.sandbox.store_hash)
    assert failing.rows("SELECT 1 FROM crm.change_pause") == []


@pytest.mark.parametrize("dry_run", [False, True])
def test_full_sync_that_succeeds_ends_the_pause_and_a_dry_run_does_not(failing: Shop, dry_run: bool) -> None:
    fail(failing)
    works_again(failing)
    failing.sync(dry_run=dry_run)
    assert bool(failing.rows("SELECT 1 FROM crm.change_pause")) is dry_run


def test_person_who_triggers_the_dag_ends_all_pauses(failing: Shop) -> None:
    fail(failing)
    assert waits(failing)
    assert steps.due_stores(at_once=True)["stores"]


def test_pause_of_one_store_holds_up_no_other(failing: Shop, store: Any) -> None:
    fail(failing)
    other = store(products=2, store_hash="other1")
    other.sync()
    hint(other, other.sandbox.catalogue.product_ids[0])
    assert [each["store_hash"] for each in steps.due_stores()["stores"]] == ["other1"]


def test_page_says_when_the_next_attempt_is_and_a_person_can_make_it_now(
    failing: Shop, crm_url: str, user: Visitor, viewer: Visitor, in_airflow: Any, snapshot: Any
) -> None:
    fail(failing), fail(failing)
    store_hash = failing.sandbox.store_hash
    overview = user.read(store_hash)
    assert "The last 2 syncs of changes failed." in overview
    assert "Next attempt: in 7 min" in overview
    [kept] = syncs_of_changes(failing)
    of_sync = viewer.get(f"{store_hash}/syncs/{kept['sync_run_id']}")
    assert "Next attempt: <time" in of_sync.text
    assert 'id="retry-changes"' in user.get(store_hash).text
    assert 'id="retry-changes"' not in of_sync.text
    known = viewer.get(f"api/data-sources/{store_hash}/changes").json()["pause"]
    assert (known["failures"], known["sync_run_id"]) == (2, kept["sync_run_id"])
    assert viewer.post(f"{store_hash}/changes/retry").status_code == 403
    assert waits(failing)

    with announcements(crm_url, change_hints.CHANNEL) as announced:
        assert user.post(f"{store_hash}/changes/retry").json()["message"].startswith("The changes are synced")
        assert announced() == [str(failing.source.data_source_id)]
    assert not waits(failing)
    assert "Next attempt" not in user.read(store_hash)
    assert "a user Retried the changes in the store" in user.read(f"{store_hash}/activity")
    assert user.post(f"{store_hash}/changes/retry").json()["message"].startswith("No changes wait")
    assert viewer.get(f"api/data-sources/{store_hash}/changes").json() == {"pause": None}


def test_paused_store_has_no_next_attempt(failing: Shop, viewer: Visitor, in_airflow: Any) -> None:
    fail(failing)
    failing.change("UPDATE crm.data_source SET paused_at = now(), paused_by = 'Ann'")
    assert "Next attempt" not in viewer.read(failing.sandbox.store_hash)


def test_pause_that_is_over_says_that_the_next_attempt_is_soon(
    failing: Shop, viewer: Visitor, in_airflow: Any
) -> None:
    fail(failing)
    failing.change("UPDATE crm.change_pause SET until = now() - interval '1 minute'")
    assert "The last sync of changes failed." in viewer.read(failing.sandbox.store_hash)
    assert "Next attempt: within 5 minutes" in viewer.read(failing.sandbox.store_hash)
    assert change_pauses.get(failing.crm, failing.source.data_source_id) is not None
