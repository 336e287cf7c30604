"""An order that a gateway refused although BigCommerce made it is found, and never sent again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta, timezone

import pytest

from include.bigcommerce.errors import BigCommerceError, OutcomeUnknown, RequestRefused, TryLater
from include.crm import order_decisions
from include.crm.order_reconciliations import Finding
from include.order_push import steps
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]


def refused_though_made(store: OrderingStore) -> int:
    """The store makes the order, and its gateway answers with a page of its own; others follow."""
    store.sandbox.faults.add("html", method="POST", path="/v2/orders$", status=400)
    order_id = store.order()
    store.push()
    assert store.states() == {order_id: "rejected"}
    store.order()
    store.push()
    return order_id


def findings(store: OrderingStore) -> list[Finding]:
    now = datetime.now(timezone.utc)
    return steps.compare(store.sandbox.store_hash, now - timedelta(days=1), now + timedelta(days=1)).findings


def retry(store: OrderingStore, order_id: int) -> None:
    order_decisions.retry(store.crm, [order_id], worker="Grace")
    store.crm.commit()
    store.push()


def test_retried_order_that_the_store_has_is_recorded(shop: Shop) -> None:
    store = shop()
    order_id = refused_though_made(store)
    [finding] = findings(store)
    [there] = finding.bigcommerce_order_ids
    assert (finding.kind, finding.order_id) == ("in BigCommerce after all", order_id)
    assert finding.sentence == (
        f"Order {order_id} was rejected, but BigCommerce has an order under its id, its order {there}. If it "
        "is the same order, retry it: it is recorded then, and not sent again."
    )
    retry(store, order_id)
    assert store.in_store() == store.expected(store.states())
    assert store.row(order_id)["bigcommerce_order_id"] == there
    assert findings(store) == []


def test_dismissed_order_that_the_store_has_is_a_finding(shop: Shop) -> None:
    store = shop()
    order_id = refused_though_made(store)
    order_decisions.dismiss(store.crm, [order_id], because="It was a duplicate.", person="Grace")
    store.crm.commit()
    [finding] = findings(store)
    assert "was dismissed, but BigCommerce has an order under its id" in finding.sentence
    assert "Cancel it there." in finding.sentence


def test_retried_order_that_the_store_does_not_have_is_sent(shop: Shop) -> None:
    store = shop()
    store.sandbox.faults.add("status", method="POST", path="/v2/orders$", status=400)
    order_id = store.order()
    store.push()
    retry(store, order_id)
    assert store.states() == {order_id: "pushed"}
    assert store.in_store() == store.expected([order_id])
    assert store.posts() == 2


def test_retried_order_is_not_sent_while_the_store_cannot_be_asked(shop: Shop) -> None:
    store = shop()
    order_id = refused_though_made(store)
    posts = store.posts()
    store.client_arguments["patience"] = 0.1
    store.sandbox.faults.add("html", method="GET", path="external_order_id", times=None)
    with pytest.raises(OutcomeUnknown):
        retry(store, order_id)
    assert store.posts() == posts
    assert store.states()[order_id] in ("pending", "uncertain")


def test_retried_order_that_the_store_has_is_recorded_once_the_store_can_be_asked(shop: Shop) -> None:
    store = shop()
    order_id = refused_though_made(store)
    store.client_arguments["patience"] = 0.1
    store.sandbox.faults.add("status", method="GET", path="external_order_id", status=503, times=None)
    with pytest.raises(TryLater):
        retry(store, order_id)
    assert store.states()[order_id] == "pending"
    store.sandbox.faults.clear()
    store.push()
    assert store.in_store() == store.expected(store.states())


@pytest.mark.parametrize("status", [302, 403, 404])
def test_order_that_waits_after_a_no_is_not_sent_again_if_the_store_has_made_it(
    shop: Shop, status: int
) -> None:
    store = shop()
    store.sandbox.faults.add("html", method="POST", path="/v2/orders$", status=status)
    order_id = store.order()
    with pytest.raises(BigCommerceError):
        store.push()
    assert store.states() == {order_id: "pending"}
    store.push()
    assert store.states() == {order_id: "pushed"}
    assert store.in_store() == store.expected([order_id])


@pytest.mark.parametrize(
    ("is_refused", "said"),
    [
        (True, "looking it up in BigCommerce failed: The store cannot answer now."),
        (False, "BigCommerce answered the look-up with other orders, which proves nothing about this one."),
    ],
)
def test_retried_order_is_sent_only_if_its_look_up_proves_that_the_store_does_not_have_it(
    shop: Shop, is_refused: bool, said: str
) -> None:
    store = shop()
    order_id = refused_though_made(store)
    posts = store.posts()
    if is_refused:
        store.sandbox.faults.add("status", method="GET", path="external_order_id", status=400)
    else:
        there = next(one.id for one in store.sandbox.orders if one.external_order_id == f"crm-{order_id}")
        store.sandbox.orders.change(there, external_order_id="moved")  # as if it were on a later page
        store.sandbox.faults.ignore_order_filters("external_order_id")
    with pytest.raises(RequestRefused) if is_refused else nullcontext():
        retry(store, order_id)
    assert store.row(order_id)["reason"] == f"BigCommerce refused it, but may have made it, and {said}"
    assert store.row(order_id)["state"] == "uncertain"
    assert store.posts() == posts
