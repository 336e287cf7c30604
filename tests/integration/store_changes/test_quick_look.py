"""The quick sync: one request if nothing changed, every change once, and no change missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from msgspec.structs import replace

from include.bigcommerce.errors import BigCommerceError
from include.connections.store import StoreConnectionMissing
from include.crm.change_hints import QuickLook
from include.store_changes import quick_look as module
from include.store_changes import steps
from tests.support.hints import due_products, published
from tests.support.shop import Shop

Store = Callable[..., Shop]


@pytest.fixture
def quick(store: Store) -> Shop:
    """A synced shop of 12 products with a quick sync, all of them changed long ago."""
    shop = store(products=12)
    shop.sync()
    shop.change("UPDATE crm.data_source SET quick_sync_minutes = 5")
    shop.sandbox.requests.clear()
    return shop


def look(shop: Shop) -> str:
    """It is time for a look: what the run says."""
    shop.change("UPDATE crm.data_source SET quick_looked_at = quick_looked_at - interval '5 min 1 s'")
    shop.change("UPDATE crm.change_hint SET received_at = received_at - interval '5 min 1 s'")
    return str(steps.follow(shop.sandbox.store_hash)["summary"])


def test_store_in_which_nothing_changed_gets_one_request_each_interval(quick: Shop) -> None:
    assert [store["store_hash"] for store in steps.due_stores()["stores"]] == [quick.sandbox.store_hash]
    look(quick)
    assert len(quick.sandbox.requests) == 1
    assert steps.due_stores()["stores"] == []
    steps.follow(quick.sandbox.store_hash)
    assert len(quick.sandbox.requests) == 1


def test_changed_and_new_products_are_published_by_the_same_run(quick: Shop) -> None:
    catalogue = quick.sandbox.catalogue
    catalogue.change_product(catalogue.product_ids[0], name="Renamed")
    catalogue.add_product("Added", [{"sku": "ADDED"}])
    assert "1 custom field written" in look(quick)
    assert {"Renamed", "Added"} <= {row["name"] for row in published(quick)}
    assert due_products(quick) == []


def test_store_that_lists_older_changes_than_requested_gets_no_further_request(quick: Shop) -> None:
    catalogue = quick.sandbox.catalogue
    listed = [
        {"id": product_id, "date_modified": "2020-01-01T00:00:00+00:00"}
        for product_id in catalogue.product_ids
    ]
    page = {"data": listed, "meta": {"pagination": {"total": len(listed), "per_page": 250}}}
    quick.sandbox.faults.add("status", status=200, path="date_modified", answer=page)
    look(quick)
    assert len(quick.sandbox.requests) == 1


def test_change_is_read_once_more_only_if_it_was_listed_within_the_same_moment(
    quick: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = quick.sandbox.catalogue
    chosen = catalogue.product_ids[0]
    monkeypatch.setattr(module, "SAME_MOMENT", timedelta(minutes=1))
    catalogue.change_product(chosen, name="First")
    look(quick)
    date = catalogue.product(chosen).date_modified
    catalogue.change_product(chosen, name="Second")
    entry = catalogue.entry(chosen)
    entry.product = replace(entry.product, date_modified=date)  # in the same second
    monkeypatch.setattr(module, "SAME_MOMENT", timedelta(0))
    look(quick)
    assert "Second" in {row["name"] for row in published(quick)}
    quick.sandbox.requests.clear()
    look(quick)
    assert len(quick.sandbox.requests) == 1, "listed again because of the tolerance, and known"


def set_our_clock(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    begin = module.change_hints.begin_quick_look

    def begin_at(*arguments: Any) -> QuickLook:
        at = begin(*arguments)
        return QuickLook(at.looked_until + ahead, at.now + ahead)

    monkeypatch.setattr(module.change_hints, "begin_quick_look", begin_at)


def test_change_is_found_in_a_store_whose_clock_is_hours_behind_ours(
    quick: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_our_clock(monkeypatch, timedelta(hours=2))
    quick.sandbox.catalogue.change_product(quick.sandbox.catalogue.product_ids[0], name="Renamed")
    look(quick)
    assert "Renamed" in {row["name"] for row in published(quick)}


def test_change_is_read_once_in_a_store_whose_clock_is_hours_ahead_of_ours(
    quick: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_our_clock(monkeypatch, -timedelta(hours=2))
    monkeypatch.setattr(module, "SAME_MOMENT", timedelta(0))
    quick.sandbox.catalogue.change_product(quick.sandbox.catalogue.product_ids[0], name="Renamed")
    look(quick)
    assert "Renamed" in {row["name"] for row in published(quick)}
    quick.sandbox.requests.clear()
    look(quick)
    assert len(quick.sandbox.requests) == 1, "listed again, and known"


def test_product_with_a_date_hours_in_the_future_is_read_once(quick: Shop) -> None:
    catalogue = quick.sandbox.catalogue
    chosen = catalogue.product_ids[0]
    catalogue.change_product(chosen, name="Renamed")
    entry = catalogue.entry(chosen)
    future = datetime.now(timezone.utc) + timedelta(hours=2)
    entry.product = replace(entry.product, date_modified=future.isoformat(timespec="seconds"))
    look(quick)
    assert "Renamed" in {row["name"] for row in published(quick)}
    quick.sandbox.requests.clear()
    look(quick)
    assert len(quick.sandbox.requests) == 1, "listed again, and known"


def test_many_changes_are_listed_page_by_page(store: Store) -> None:
    shop = store(products=600, variants=1)
    shop.sync()
    shop.change("UPDATE crm.data_source SET quick_sync_minutes = 5")
    for product_id in shop.sandbox.catalogue.product_ids:
        shop.sandbox.catalogue.change_product(product_id, description="not translated")
    shop.sandbox.requests.clear()
    look(shop)
    assert len(shop.sandbox.requests) == 3 + 3 + 1, "and one for the currency"
    assert due_products(shop) == []


def test_look_that_failed_begins_again_where_the_last_good_one_ended(quick: Shop) -> None:
    look(quick)
    (before,) = quick.rows("SELECT quick_looked_until FROM crm.data_source")
    catalogue = quick.sandbox.catalogue
    catalogue.change_product(catalogue.product_ids[0], name="Renamed")
    quick.sandbox.faults.add("status", status=401, path="date_modified:min")
    with pytest.raises(BigCommerceError):
        look(quick)
    assert quick.rows("SELECT quick_looked_until FROM crm.data_source") == [before]
    assert steps.due_stores()["stores"] == [], "it waits for the next interval"
    look(quick)
    assert "Renamed" in {row["name"] for row in published(quick)}


def test_look_at_a_store_whose_token_is_gone_waits_for_the_next_interval(
    quick: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_store(store_hash: str, **_: object) -> None:
        raise StoreConnectionMissing(store_hash)

    monkeypatch.setattr(steps, "open_store", open_store)
    with pytest.raises(StoreConnectionMissing):
        look(quick)
    assert steps.due_stores()["stores"] == []


def test_deleted_product_is_left_to_webhooks_and_full_syncs(quick: Shop) -> None:
    catalogue = quick.sandbox.catalogue
    gone = catalogue.product_ids[0]
    catalogue.remove_product(gone)
    look(quick)
    assert all(row["is_sold"] for row in published(quick))
    quick.sync()
    assert not [row for row in published(quick) if row["is_sold"] and row["bigcommerce_product_id"] == gone]


def test_store_that_was_never_synced_is_not_asked(store: Store) -> None:
    shop = store(products=1)
    shop.change("UPDATE crm.data_source SET quick_sync_minutes = 5")
    assert steps.due_stores()["stores"] == []
