"""What a merchant does to pushed orders arrives in the CRM, in as few requests as possible."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import requests
from msgspec.structs import replace

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import RequestRefused, StoreUnavailable, TokenRejected, UnexpectedResponse
from include.bigcommerce.orders import list_orders
from include.crm import change_hints
from include.order_updates import order_reader, orders_to_read
from include.order_updates.order_reader import Counts
from tests.support.ordering_store import OrderingStore

SHIPPED, CANCELLED, AWAITING_FULFILLMENT = 2, 5, 11
PARTIALLY_SHIPPED, PARTIALLY_REFUNDED = 3, 14
MakeShop = Callable[..., OrderingStore]


def client(store: OrderingStore) -> StoreClient:
    session = requests.Session()
    session.headers["X-Auth-Token"] = store.sandbox.token
    return StoreClient(
        session,
        store.sandbox.base_url,
        store.sandbox.store_hash,
        **{"patience": 2, "back_off": lambda longest: 0.01, **store.client_arguments},
    )


def look(store: OrderingStore, changed_ids: Collection[int] = (), **time: int) -> Counts:
    """A look, after so much time went by for the store and for us, and webhooks about these orders."""
    for order_id in changed_ids:
        change_hints.keep(store.crm, store.source.data_source_id, "order", order_id, str(uuid4()))
    store.crm.commit()
    store.sandbox.orders.clock_is_ahead += timedelta(**(time or {"minutes": 15}))
    store.sandbox.forget_requests()
    return orders_to_read.read_changes(store.crm, client(store), store.source, now=store.sandbox.orders.now)


def pushed(store: OrderingStore, number: int = 1, **columns: Any) -> list[int]:
    """So many orders that were pushed and looked at; their ids in BigCommerce."""
    order_ids = [store.order(**columns) for _ in range(number)]
    store.push()
    look(store)
    return [store.row(order_id)["bigcommerce_order_id"] for order_id in order_ids]


def refund_piece(store: OrderingStore, order_id: int) -> None:
    """The merchant refunds one piece of an order of one line."""
    [line], sandbox = store.sandbox.orders.lines(order_id), store.sandbox
    item = {"item_type": "PRODUCT", "item_id": line.id, "quantity": 1}
    paid = {"provider_id": "custom", "amount": float(line.price_inc_tax), "offline": True}
    sandbox.refunds.create(
        order_id, json.dumps({"items": [item], "payments": [paid]}).encode(), sandbox.settings, 0
    )


def orders(store: OrderingStore) -> list[dict[str, Any]]:
    return store.rows("SELECT * FROM crm.store_order ORDER BY order_id")


def shipments(store: OrderingStore) -> list[dict[str, Any]]:
    return store.rows("SELECT * FROM crm.order_shipment ORDER BY bigcommerce_shipment_id")


def lines(store: OrderingStore) -> list[dict[str, Any]]:
    return store.rows("SELECT * FROM crm.order_shipment_line ORDER BY 1, 2, 3")


def asked(store: OrderingStore) -> list[str]:
    return [request.path for request in store.sandbox.requests]


def test_store_without_orders_of_ours_gets_no_request(shop: MakeShop) -> None:
    store = shop()
    assert look(store) == Counts()
    assert asked(store) == []


def test_pushed_order_is_shown_with_the_stores_own_status(shop: MakeShop) -> None:
    store = shop()
    store.sandbox.orders.rename_status(AWAITING_FULFILLMENT, "To pack")
    [order_id] = pushed(store, quantity=2)
    [row] = orders(store)
    assert (row["bigcommerce_order_id"], row["status_id"], row["status_name"]) == (order_id, 11, "To pack")
    assert (row["items_total"], row["items_shipped"]) == (2, 0)
    assert row["total_amount"] == 2 * store.variants[0]["price"]
    assert row["currency_code"] == "USD"
    assert (row["is_unshipped"], row["is_undone"], row["is_deleted"]) == (True, False, False)
    assert (
        row["status_changed_at"]
        == row["changed_at"]
        == store.sandbox.orders.entry(order_id).modified.replace(microsecond=0)
    )


def test_nothing_changed_is_one_request(shop: MakeShop) -> None:
    store = shop()
    pushed(store, 3)
    for _ in range(3):
        assert look(store) == Counts()
        assert asked(store) == ["/v2/orders"]


def test_shipment_arrives_with_tracking_and_lines(shop: MakeShop) -> None:
    store = shop()
    order_id, _ = pushed(store, 2, quantity=2, variant=1)
    store.sandbox.shipments.ship(order_id, shipping_provider="ups", tracking_number="1Z")
    assert look(store) == Counts(orders=1, shipments=1)
    assert asked(store) == ["/v2/orders", f"/v2/orders/{order_id}/shipments"]
    [row] = shipments(store)
    assert (row["order_id"], row["carrier"], row["tracking_number"]) == (1, "UPS", "1Z")
    assert row["tracking_link"].endswith("/ups/1Z")
    assert row["shipped_at"] is not None
    [line] = lines(store)
    assert (line["line_number"], line["sku"], line["quantity"]) == (1, store.variants[1]["sku"], 2)
    assert orders(store)[0]["is_unshipped"] is False
    assert look(store) == Counts()


def test_order_is_split_into_shipments_one_of_which_is_voided(shop: MakeShop) -> None:
    store = shop()
    [order_id] = pushed(store, quantity=3)
    first = store.sandbox.shipments.ship(order_id, 1)
    look(store)
    store.sandbox.shipments.ship(order_id)
    assert look(store) == Counts(orders=1, shipments=1)
    store.sandbox.shipments.delete(order_id, first.id)
    assert look(store) == Counts(orders=1, voided_shipments=1)
    voided, valid = shipments(store)
    assert voided["voided_at"] is not None
    assert valid["voided_at"] is None
    assert [line["quantity"] for line in lines(store)] == [1, 2]
    assert orders(store)[0]["status_id"] == SHIPPED  # deleting a shipment does not undo it
    store.sandbox.shipments.delete(order_id)
    assert look(store) == Counts(orders=1, voided_shipments=1)


@pytest.mark.parametrize("refunded_first", [True, False])
@pytest.mark.parametrize(("pieces", "is_unshipped"), [(1, True), (2, False)])
def test_order_is_shipped_once_what_was_not_refunded_is_shipped(
    shop: MakeShop, refunded_first: bool, pieces: int, is_unshipped: bool
) -> None:
    store = shop()
    [order_id] = pushed(store, quantity=3)
    changes: list[Callable[[], object]] = [
        lambda: refund_piece(store, order_id),
        lambda: store.sandbox.shipments.ship(order_id, pieces),
    ]
    for change in changes if refunded_first else reversed(changes):
        change()
        look(store)
    [row] = orders(store)
    assert row["status_id"] == (PARTIALLY_SHIPPED if refunded_first else PARTIALLY_REFUNDED)
    assert (row["items_total"], row["items_shipped"]) == (3, pieces)
    assert (row["items_left"], row["is_unshipped"]) == (2 - pieces, is_unshipped)
    of_refunds = [] if refunded_first else [f"/v3/orders/{order_id}/payment_actions/refunds"]
    assert [path for path in asked(store) if path != "/v2/orders"] == [
        *(f"/v2/orders/{order_id}/{part}" for part in ("shipments", "products")),
        *of_refunds,
    ]
    [piece] = store.sandbox.refunds
    assert row["refunded_amount"] == piece.total_amount
    assert look(store) == Counts()
    assert asked(store) == ["/v2/orders"]


def test_refund_of_an_amount_leaves_everything_to_ship(shop: MakeShop) -> None:
    store = shop()
    [order_id] = pushed(store, quantity=2)
    store.sandbox.refunds.add(order_id, 1)
    look(store)
    [row] = orders(store)
    assert (row["status_id"], row["items_left"], row["is_unshipped"]) == (PARTIALLY_REFUNDED, 2, True)
    assert row["refunded_amount"] == 1
    store.sandbox.refunds.add(order_id, 2)
    look(store)
    assert orders(store)[0]["refunded_amount"] == 3


def test_order_whose_lines_cannot_be_read_is_read_by_the_next_look(shop: MakeShop) -> None:
    store = shop()
    [order_id] = pushed(store, quantity=2)
    store.sandbox.shipments.ship(order_id, 1)
    store.sandbox.faults.add("status", status=500, path=f"/orders/{order_id}/products", times=None)
    with pytest.raises(StoreUnavailable):
        look(store)
    store.sandbox.faults.clear()
    assert look(store) == Counts(orders=1, shipments=1)
    assert orders(store)[0]["items_left"] == 1


def test_changed_tracking_number_replaces_the_old_one(shop: MakeShop) -> None:
    store = shop()
    [order_id] = pushed(store)
    shipment = store.sandbox.shipments.ship(order_id, tracking_number="OLD")
    look(store)
    store.sandbox.shipments.change(order_id, shipment.id, b'{"tracking_number": "NEW"}')
    assert look(store) == Counts(orders=1, changed_shipments=1)
    assert shipments(store)[0]["tracking_number"] == "NEW"


def test_order_set_to_shipped_in_bulk_has_no_shipment(shop: MakeShop) -> None:
    store = shop()
    [order_id] = pushed(store)
    store.sandbox.orders.change(order_id, status_id=SHIPPED)
    assert look(store) == Counts(orders=1)
    assert (orders(store)[0]["status_id"], orders(store)[0]["is_unshipped"]) == (SHIPPED, False)
    assert shipments(store) == []


def test_cancelled_order_costs_no_request_of_its_own(shop: MakeShop) -> None:
    store = shop()
    order_id, _ = pushed(store, 2)
    before = orders(store)[0]["status_changed_at"]
    store.sandbox.orders.change(order_id, status_id=CANCELLED)
    assert look(store) == Counts(orders=1)
    assert asked(store) == ["/v2/orders"]
    row, _ = orders(store)
    assert (row["status_id"], row["is_undone"], row["is_unshipped"]) == (CANCELLED, True, False)
    assert row["status_changed_at"] > before


def test_shipped_order_that_is_archived_is_not_undone(shop: MakeShop) -> None:
    store = shop()
    store.sandbox.settings.archived_are_listed = True
    shipped, unshipped = pushed(store, 2)
    store.sandbox.shipments.ship(shipped)
    for order_id in (shipped, unshipped):
        store.sandbox.orders.archive(order_id)
    look(store)
    assert [(row["is_deleted"], row["is_undone"]) for row in orders(store)] == [(True, False), (True, True)]


@pytest.mark.parametrize("is_gone", [False, True])
def test_order_whose_shipments_are_not_found_is_deleted_only_if_it_is_gone_itself(
    shop: MakeShop, is_gone: bool
) -> None:
    store = shop()
    [order_id] = pushed(store)
    store.sandbox.orders.change(order_id, status_id=SHIPPED)  # in bulk: without a shipment
    store.sandbox.faults.add("status", path=f"/v2/orders/{order_id}/shipments", status=404)
    if is_gone:
        store.sandbox.faults.add("status", path=f"/v2/orders/{order_id}", status=404, skip=1)
    look(store)
    [row] = orders(store)
    assert (row["is_deleted"], row["status_id"]) == (is_gone, AWAITING_FULFILLMENT if is_gone else SHIPPED)
    assert shipments(store) == []


@pytest.mark.parametrize("is_removed", [False, True])
def test_order_that_is_no_longer_listed_is_looked_for_once_a_day(shop: MakeShop, is_removed: bool) -> None:
    store = shop()
    archived, _ = pushed(store, 2)
    (store.sandbox.orders.remove if is_removed else store.sandbox.orders.archive)(archived)
    assert look(store) == Counts()
    assert orders_to_read.read_unseen(store.crm, client(store), store.source) == Counts()
    store.change("UPDATE crm.store_order SET read_at = read_at - interval '1 day'")
    store.sandbox.forget_requests()
    assert orders_to_read.read_unseen(store.crm, client(store), store.source).orders == 2
    # and, if one is missing, whether the store answers at all
    assert len(asked(store)) == (3 if is_removed else 2)
    assert [row["is_deleted"] for row in orders(store)] == [True, False]
    assert orders_to_read.read_unseen(store.crm, client(store), store.source) == Counts()


def test_store_that_answers_everything_with_404_has_lost_no_order(shop: MakeShop) -> None:
    store = shop()
    pushed(store, 2)
    store.change("UPDATE crm.store_order SET read_at = read_at - interval '1 day'")
    store.sandbox.faults.add("status", status=404, times=None)
    with pytest.raises(RequestRefused):
        orders_to_read.read_unseen(store.crm, client(store), store.source)
    assert [row["is_deleted"] for row in orders(store)] == [False, False]


@pytest.mark.parametrize("is_removed", [False, True])
def test_order_that_a_webhook_is_about_and_that_is_no_longer_listed_is_looked_for_at_once(
    shop: MakeShop, is_removed: bool
) -> None:
    store = shop()
    gone, cancelled = pushed(store, 2)
    foreign = store.sandbox.orders.add_foreign("other-1").id
    (store.sandbox.orders.remove if is_removed else store.sandbox.orders.archive)(gone)
    store.sandbox.orders.change(cancelled, status_id=CANCELLED)
    assert look(store, {gone, cancelled, foreign, 999_999}) == Counts(orders=2)
    assert [path for path in asked(store) if path != "/v2/orders"] == [f"/v2/orders/{gone}"]
    first, second = orders(store)
    assert (first["is_deleted"], first["is_undone"], first["is_unshipped"]) == (True, True, False)
    assert (second["is_deleted"], second["status_id"]) == (False, CANCELLED)


def test_many_late_webhooks_do_not_use_up_the_quota(shop: MakeShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders_to_read, "MOST_AT_ONCE", 2)
    store = shop()
    unlisted = pushed(store, 4)
    for order_id in unlisted:
        store.sandbox.orders.archive(order_id)
    for order_id in unlisted:
        change_hints.keep(store.crm, store.source.data_source_id, "order", order_id, str(order_id))
    store.change("UPDATE crm.change_hint SET received_at = received_at - interval '1 hour'")
    store.change("UPDATE crm.store_order SET read_at = read_at - interval '2 hours'")
    store.change("UPDATE crm.order_update_cursor SET looked_at = looked_at - interval '2 hours'")
    for number in (2, 2, 0):
        assert look(store) == Counts(orders=number)
        assert len([path for path in asked(store) if path != "/v2/orders"]) == number
    assert all(row["is_deleted"] for row in orders(store))


def test_order_that_cannot_be_looked_for_after_its_webhook_keeps_no_other_from_being_read(
    shop: MakeShop,
) -> None:
    store = shop()
    gone, cancelled = pushed(store, 2)
    store.sandbox.orders.archive(gone)
    store.sandbox.orders.change(cancelled, status_id=CANCELLED)
    store.sandbox.faults.add("status", path=f"/v2/orders/{gone}", status=503, times=None)
    with pytest.raises(StoreUnavailable):
        look(store, {gone})
    assert [row["is_undone"] for row in orders(store)] == [False, True]


def test_line_is_left_open_where_several_lines_have_the_same_product(shop: MakeShop) -> None:
    store = shop()
    order_id = store.order(variant=0)
    store.change(
        "INSERT INTO crm.customer_order_line SELECT order_id, 2, campaign_product_id, %s, 'SKU', 'Tea', 1, 0 "
        "FROM crm.customer_order_line WHERE order_id = %s",
        store.variants[1]["variant_detail_id"],
        order_id,
    )
    store.push()
    store.sandbox.shipments.ship(store.row(order_id)["bigcommerce_order_id"])
    look(store)
    assert [(line["line_number"], line["sku"]) for line in lines(store)] == [(None, ""), (None, "")]
    assert all(line["name"] for line in lines(store))  # the product's


def test_orders_of_other_apps_cost_nothing(shop: MakeShop) -> None:
    store = shop()
    pushed(store)
    for _ in range(5):
        foreign = store.sandbox.orders.add_foreign(external_order_id="1")
        store.sandbox.shipments.ship(foreign.id)
    assert look(store) == Counts()
    assert asked(store) == ["/v2/orders"]


def test_every_change_notifies_the_crm_with_the_order_id_and_nothing_else(
    shop: MakeShop, crm_url: str
) -> None:
    store = shop()
    [order_id, _] = pushed(store, 2)
    with psycopg.connect(crm_url, autocommit=True) as listener:
        listener.execute("LISTEN crm_order_update")
        store.sandbox.shipments.ship(order_id)
        look(store)
        assert {notice.payload for notice in listener.notifies(timeout=1)} == {"1"}
        look(store)
        assert list(listener.notifies(timeout=0.2)) == []


# ---- what goes wrong


def test_order_that_cannot_be_read_loses_no_other_and_is_read_later(shop: MakeShop) -> None:
    store = shop()
    ids = pushed(store, 5)
    for order_id in ids:
        store.sandbox.shipments.ship(order_id)
    store.sandbox.faults.add("status", status=500, path=f"/orders/{ids[2]}/shipments", times=None)
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            look(store)
        assert [row["order_id"] for row in shipments(store)] == [1, 2, 4, 5]
    store.sandbox.faults.clear()
    assert look(store, days=1) == Counts(orders=1, shipments=1)
    assert [path for path in asked(store) if "shipments" in path] == [f"/v2/orders/{ids[2]}/shipments"]
    assert look(store) == Counts()


def test_several_unreadable_orders_in_a_row_lose_no_other(shop: MakeShop) -> None:
    store = shop()
    ids = pushed(store, 5)
    for order_id in ids:
        store.sandbox.shipments.ship(order_id)
    for order_id in ids[:4]:
        store.sandbox.faults.add("html", path=f"/orders/{order_id}/shipments", times=None)
    with pytest.raises((UnexpectedResponse, StoreUnavailable)):
        look(store)
    assert [row["order_id"] for row in shipments(store)] == [5]


def test_store_that_becomes_unavailable_ends_the_look_soon(shop: MakeShop) -> None:
    store = shop()
    ids = pushed(store, 20)
    for order_id in ids:
        store.sandbox.shipments.ship(order_id)
    store.client_arguments = {"patience": 0.2}
    store.sandbox.faults.add("status", status=503, path="/shipments", times=None)
    store.sandbox.faults.add("status", status=503, path="limit=1", times=None)
    with pytest.raises(StoreUnavailable):
        look(store)
    assert len({path for path in asked(store) if path.endswith("/shipments")}) == 3


def test_rejected_token_ends_the_look_at_once(shop: MakeShop) -> None:
    store = shop()
    for order_id in pushed(store, 3):
        store.sandbox.shipments.ship(order_id)
    store.sandbox.after_orders_page(1, lambda _: store.sandbox.access.revoke_token())
    with pytest.raises(TokenRejected):
        look(store)
    assert len(asked(store)) == 2


def test_week_without_a_look_is_caught_up_with(shop: MakeShop) -> None:
    store = shop()
    ids = pushed(store, 6)
    for order_id in ids[:4]:
        store.sandbox.shipments.ship(order_id)
        store.sandbox.orders.clock_is_ahead += timedelta(days=1)
    assert look(store, days=3) == Counts(orders=4, shipments=4)
    assert look(store) == Counts()


def test_order_that_the_ledger_learns_of_after_it_was_listed_is_read_by_its_id(shop: MakeShop) -> None:
    """Its answer was lost; it is adopted after the look has passed its last change."""
    store = shop()
    pushed(store)
    late = store.order()
    store.sandbox.faults.add("reset_after_write", method="POST", path="/v2/orders")
    store.push()
    order_id = max(order.id for order in store.sandbox.orders)
    store.sandbox.shipments.ship(order_id)
    assert look(store) == Counts()
    assert look(store) == Counts()
    store.pass_time()
    store.push()
    assert store.states()[late] == "pushed"
    store.change("UPDATE crm.order_update_cursor SET known_change_at = NULL")  # nothing old is listed
    assert look(store) == Counts(orders=1, shipments=1)
    order = f"/v2/orders/{order_id}"
    assert asked(store) == ["/v2/orders", order, f"{order}/shipments"]
    assert look(store) == Counts()
    assert asked(store) == ["/v2/orders"]


def test_clock_that_was_ahead_hides_neither_new_orders_nor_webhooks(shop: MakeShop) -> None:
    store = shop()
    [archived] = pushed(store)
    new = store.order()
    store.push()
    number = store.row(new)["bigcommerce_order_id"]
    store.change("UPDATE crm.order_update_cursor SET looked_at = looked_at + interval '1 year'")
    store.sandbox.orders.archive(archived)
    store.sandbox.orders.entry(number).modified -= timedelta(days=2)  # as if it had been listed before
    assert look(store, [archived]).orders == 2
    assert [row["is_deleted"] for row in orders(store)] == [True, False]


def test_second_change_within_the_same_second_is_read(shop: MakeShop) -> None:
    store = shop()
    [order_id] = pushed(store, quantity=2)
    shipment = store.sandbox.shipments.ship(order_id, tracking_number="OLD")
    look(store, seconds=0)
    entry = store.sandbox.orders.entry(order_id)
    changed, date = entry.modified, entry.order.date_modified
    store.sandbox.shipments.change(order_id, shipment.id, b'{"tracking_number": "NEW"}')
    entry.modified, entry.order = changed, replace(entry.order, date_modified=date)
    look(store, seconds=30)
    assert shipments(store)[0]["tracking_number"] == "NEW"


def test_earlier_state_never_replaces_a_later_one(shop: MakeShop) -> None:
    """A slow look saves what it listed after another look has read a later change."""
    store = shop()
    [order_id] = pushed(store)
    store.sandbox.shipments.ship(order_id, 1)
    [earlier] = list_orders(client(store))
    store.sandbox.shipments.delete(order_id)
    store.sandbox.orders.clock_is_ahead += timedelta(minutes=1)
    store.sandbox.orders.change(order_id, status_id=CANCELLED)
    look(store)
    order_reader.Reader(store.crm, client(store), store.source).read(earlier, None)
    assert orders(store)[0]["status_id"] == CANCELLED


def test_period_is_read_again_even_if_it_was_read(shop: MakeShop) -> None:
    store = shop()
    began = store.sandbox.orders.now()
    [order_id] = pushed(store)
    store.sandbox.shipments.ship(order_id, tracking_number="1Z")
    look(store)
    store.change("DELETE FROM crm.order_shipment")
    cursor = store.rows("SELECT * FROM crm.order_update_cursor")
    ended = store.sandbox.orders.now()
    period = (began - timedelta(minutes=1), ended)
    assert orders_to_read.read_period(store.crm, client(store), store.source, *period) == Counts(1, 1)
    assert store.rows("SELECT * FROM crm.order_update_cursor") == cursor
    later = (ended, ended + timedelta(days=1))
    assert orders_to_read.read_period(store.crm, client(store), store.source, *later) == Counts()
