"""Which stores have something to do, and what a run does for one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from include.bigcommerce.errors import BigCommerceError
from include.crm import change_hints
from include.crm.sync_run_rows import DagRunReference
from include.order_updates import steps as order_updates
from include.product_sync import steps as product_sync
from include.store_changes import steps
from tests.support.hints import due_products, hint, published
from tests.support.ordering_store import OrderingStore
from tests.support.shop import Shop

Store = Callable[..., Shop]


# Its steps are tasks, between which nothing runs.
OF_AIRFLOW = DagRunReference("its DAG", "its run")


def stores() -> list[str]:
    return [store["store_hash"] for store in steps.due_stores()["stores"]]


def test_nothing_is_due_where_nothing_changed_and_no_store_is_asked(synced: Shop) -> None:
    found = steps.due_stores()
    assert (found["stores"], found["flooded"], found["summary"]) == ([], [], steps.NOTHING_DUE)
    assert "nothing to do" in steps.follow(synced.sandbox.store_hash)["summary"]
    assert synced.sandbox.requests == []


def test_hints_of_each_store_are_followed_by_themselves(synced: Shop, store: Store) -> None:
    other = store(products=3, store_hash="other1")
    other.sync()
    for shop in (synced, other):
        chosen = shop.sandbox.catalogue.product_ids[0]
        shop.sandbox.catalogue.change_product(chosen, name="Renamed")
        hint(shop, chosen)
    assert stores() == sorted([synced.sandbox.store_hash, "other1"])
    assert " changed; " in steps.follow(synced.sandbox.store_hash)["summary"]
    assert stores() == ["other1"]


def test_paused_store_keeps_its_hints_until_it_is_resumed(synced: Shop) -> None:
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    synced.change("UPDATE crm.data_source SET paused_at = now(), paused_by = 'Ann'")
    assert stores() == []
    steps.follow(synced.sandbox.store_hash)
    assert synced.sandbox.requests == []
    synced.change("UPDATE crm.data_source SET paused_at = NULL, paused_by = NULL")
    assert stores() == [synced.sandbox.store_hash]


def test_deactivated_store_has_nothing_due(synced: Shop) -> None:
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    synced.change("UPDATE crm.data_source SET state = 'inactive'")
    assert stores() == []


def test_hints_before_the_first_sync_wait_for_it_and_are_handled_by_it(store: Store) -> None:
    shop = store(products=2)
    hint(shop, shop.sandbox.catalogue.product_ids[0])
    assert stores() == []
    shop.sync()
    assert due_products(shop) == []


def test_hints_during_a_full_sync_wait_for_its_end_unless_it_was_stopped_long_ago(synced: Shop) -> None:
    run = synced.begin(OF_AIRFLOW)
    product_sync.extract(run)
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    assert stores() == []
    synced.change(
        """UPDATE crm.sync_run SET started_at = started_at - interval '10 h',
               read_started_at = read_started_at - interval '10 h', read_at = read_at - interval '10 h'
           WHERE sync_run_id = %s""",
        run,
    )
    assert stores() == [synced.sandbox.store_hash]


def test_sync_that_starts_first_is_no_error_and_the_hints_wait(
    synced: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    due = change_hints.due_products
    with product_sync.open_crm() as other, monkeypatch.context() as meanwhile:

        def due_and_then_another_sync(crm: Any, data_source_id: int) -> list[int]:
            assert product_sync.sync_lock.lock(other, data_source_id)
            return due(crm, data_source_id)

        meanwhile.setattr(change_hints, "due_products", due_and_then_another_sync)
        summary = steps.follow(synced.sandbox.store_hash)["summary"]
    assert summary == "Sandbox: a sync is running; 1 product waits for its end"
    assert due_products(synced)


def test_store_that_a_sync_is_working_on_is_left_alone_and_others_are_not(synced: Shop, store: Store) -> None:
    other = store(products=3, store_hash="other1")
    other.sync()
    for shop in (synced, other):
        hint(shop, shop.sandbox.catalogue.product_ids[0])
    with product_sync.exclusive(synced.sandbox.store_hash):
        assert stores() == ["other1"]
    assert stores() == sorted([synced.sandbox.store_hash, "other1"])


def test_flood_that_two_runs_see_starts_one_full_sync(synced: Shop, crm_url: str) -> None:
    synced.change("DELETE FROM crm.change_hint")
    for number in range(change_hints.FLOOD["flood"] + 1):
        change_hints.keep(synced.crm, synced.source.data_source_id, "product", number + 1, f"event {number}")
    synced.crm.commit()
    with psycopg.connect(crm_url) as other:
        assert [each.is_flooded for each in change_hints.due_stores(other)] == [True]
        assert steps.due_stores()["flooded"]
        assert not change_hints.mark_flooded(other, synced.sandbox.store_hash)


def test_full_sync_that_starts_meanwhile_is_not_superseded(
    synced: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = synced.sandbox.catalogue.product_ids[0]
    hint(synced, chosen)
    due = change_hints.due_products
    full_syncs: list[int] = []

    def due_and_then_a_full_sync(crm: Any, data_source_id: int) -> list[int]:
        found = due(crm, data_source_id)
        full_syncs.append(synced.begin(OF_AIRFLOW))
        product_sync.extract(full_syncs[0])
        return found

    monkeypatch.setattr(change_hints, "due_products", due_and_then_a_full_sync)
    summary = steps.follow(synced.sandbox.store_hash)["summary"]
    assert summary == "Sandbox: a sync is running; 1 product waits for its end"
    product_sync.load(full_syncs[0])
    product_sync.write_back(full_syncs[0])
    assert synced.run(full_syncs[0]).status == "Completed"


def test_failed_store_is_left_alone_for_some_minutes(synced: Shop) -> None:
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    synced.sandbox.faults.add("status", status=401, path="/products")
    with pytest.raises(BigCommerceError):
        steps.follow(synced.sandbox.store_hash)
    assert stores() == []
    synced.change("UPDATE crm.change_pause SET until = until - interval '5 min'")
    assert stores() == [synced.sandbox.store_hash]
    steps.follow(synced.sandbox.store_hash)
    assert due_products(synced) == []


def test_order_that_is_archived_in_the_store_is_known_after_its_webhook(
    shop: Callable[..., OrderingStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIGCOMMERCE_ALLOW_LOOPBACK", "true")
    store = shop()
    store.order()
    store.push()
    order_updates.update(store.sandbox.store_hash)
    archived = store.row(1)["bigcommerce_order_id"]
    store.sandbox.orders.archive(archived)
    change_hints.keep(store.crm, store.source.data_source_id, "order", archived, "an event")
    store.crm.commit()
    assert stores() == [store.sandbox.store_hash]
    assert "1 order changed" in steps.follow(store.sandbox.store_hash)["summary"]
    [known] = store.rows("SELECT is_deleted, is_undone FROM crm.store_order")
    assert known == {"is_deleted": True, "is_undone": True}
    assert stores() == []


@pytest.mark.parametrize("fails", ["/v2/orders", "/v2/orders/{}"])
def test_order_that_was_archived_while_the_store_failed_is_known_after_the_next_look(
    shop: Callable[..., OrderingStore], monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    monkeypatch.setenv("BIGCOMMERCE_ALLOW_LOOPBACK", "true")
    store = shop()
    store.order()
    store.push()
    order_updates.update(store.sandbox.store_hash)
    archived = store.row(1)["bigcommerce_order_id"]
    store.sandbox.orders.archive(archived)
    change_hints.keep(store.crm, store.source.data_source_id, "order", archived, "an event")
    store.crm.commit()
    store.sandbox.faults.add("status", path=fails.format(archived), status=403, times=None)
    with pytest.raises(BigCommerceError):
        steps.follow(store.sandbox.store_hash)
    assert stores() == [], "a store that fails is not asked again at once"
    store.sandbox.faults.clear()
    assert "1 order changed" in order_updates.update(store.sandbox.store_hash)["summary"]
    [known] = store.rows("SELECT is_deleted, is_undone FROM crm.store_order")
    assert known == {"is_deleted": True, "is_undone": True}
    store.sandbox.forget_requests()
    order_updates.update(store.sandbox.store_hash)
    assert [request.path for request in store.sandbox.requests] == ["/v2/orders"], "it was looked up once"


def test_flood_triggers_one_full_sync_an_hour_and_no_sync_of_changes(
    synced: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(change_hints.FLOOD, "flood", 5)
    hint(synced, *synced.sandbox.catalogue.product_ids[:5])
    assert steps.due_stores()["flooded"] == []
    hint(synced, *synced.sandbox.catalogue.product_ids[:6])
    found = steps.due_stores()
    assert found["flooded"] == [f"bigcommerce_product_sync__{synced.sandbox.store_hash}"]
    assert found["stores"] == []
    assert found["summary"] == "Sandbox: 6 products changed, so a full sync is started"
    again = steps.due_stores()
    assert (again["flooded"], again["stores"]) == ([], [])
    steps.follow(synced.sandbox.store_hash)
    assert synced.sandbox.requests == []
    synced.change("UPDATE crm.data_source SET flooded_at = flooded_at - interval '61 min'")
    assert steps.due_stores()["flooded"]
    synced.sync()
    assert due_products(synced) == []


def test_small_share_of_a_large_catalogue_is_no_flood(synced: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(change_hints.FLOOD, "flood", 5)
    monkeypatch.setitem(change_hints.FLOOD, "flood_share", 0.6)
    hint(synced, *synced.sandbox.catalogue.product_ids[:7])
    assert steps.due_stores()["flooded"] == []


def test_hint_about_an_order_reads_the_orders_that_changed_and_is_handled(
    synced: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def update(store_hash: str) -> dict[str, Any]:
        looked.append(store_hash)
        return {"summary": "Sandbox: 1 order changed"}

    monkeypatch.setattr(order_updates, "update", update)
    change_hints.keep(synced.crm, synced.source.data_source_id, "order", 100, "order event")
    synced.crm.commit()
    synced.begin(OF_AIRFLOW)
    assert stores() == [synced.sandbox.store_hash], "no sync holds up orders"
    assert steps.follow(synced.sandbox.store_hash)["summary"] == "Sandbox: 1 order changed"
    assert looked == [synced.sandbox.store_hash]
    assert stores() == []


def test_orders_that_cannot_be_read_hold_up_no_product(synced: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def update(store_hash: str) -> dict[str, Any]:
        raise ConnectionError("down")

    monkeypatch.setattr(order_updates, "update", update)
    change_hints.keep(synced.crm, synced.source.data_source_id, "order", 100, "order event")
    chosen = synced.sandbox.catalogue.product_ids[0]
    synced.sandbox.catalogue.change_product(chosen, name="Renamed")
    hint(synced, chosen)
    with pytest.raises(ConnectionError):
        steps.follow(synced.sandbox.store_hash)
    assert "Renamed" in {row["name"] for row in published(synced)}
    assert stores() == []
