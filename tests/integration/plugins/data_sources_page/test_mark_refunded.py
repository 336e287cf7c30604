"""An order that is REFUNDED in the CRM without a refund is set to Refunded in BigCommerce, on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from plugins.data_sources_page.dependencies import may_contact_store
from tests.support.page_visitors import Visitor
from tests.support.refunding_store import RefundingStore

pytestmark = pytest.mark.usefixtures("in_airflow")


@pytest.fixture
def store(refunding: Callable[..., RefundingStore]) -> RefundingStore:
    return refunding()


@pytest.fixture
def undone(store: RefundingStore) -> int:
    """A pushed order that the CRM has as REFUNDED, without a refund."""
    order_id = store.pushed()
    store.shop.change("UPDATE crm.customer_order SET order_status = 'REFUNDED'")
    return order_id


def page_of(store: RefundingStore, order_id: int) -> str:
    return f"{store.shop.source.store_hash}/orders/{order_id}"


def mark(visitor: Visitor, store: RefundingStore, order_id: int) -> Any:
    return visitor.post(f"{page_of(store, order_id)}/mark-refunded")


def test_person_sets_it_to_refunded_and_the_page_says_who_did(
    store: RefundingStore, undone: int, user: Visitor, viewer: Visitor, in_airflow: Any
) -> None:
    number, page = store.store_order_id(undone), page_of(store, undone)
    assert "choose Set to Refunded on the order's page" in user.read(page)
    assert f"BigCommerce order {number} becomes Refunded , so nobody ships it." in user.read(page)
    assert 'id="mark-refunded"' not in viewer.get(page).text
    assert mark(viewer, store, undone).status_code == 403
    assert store.status(undone) == 11

    answer = mark(user, store, undone)
    assert (answer.status_code, answer.json()["message"]) == (
        200,
        f"BigCommerce order {number} is set to Refunded. It was Awaiting Fulfillment before.",
    )
    assert (store.status(undone), store.refunds(undone)) == (4, [])
    after = viewer.read(page)
    assert "a user on the page Data Sources set it to Refunded in BigCommerce." in after
    assert "Set to Refunded in BigCommerce It was Awaiting Fulfillment before." in after
    assert 'id="mark-refunded"' not in user.get(page).text
    done = viewer.read(f"{store.shop.source.store_hash}/activity")
    assert f"a user Set order {undone} to Refunded in BigCommerce" in done

    again = mark(user, store, undone)
    assert (again.status_code, "is Refunded already. Nothing to do." in again.text) == (409, True)
    assert len(in_airflow("SELECT event FROM log WHERE event = 'bigcommerce.mark_refunded'")) == 1


def test_order_with_a_refund_is_not_offered(store: RefundingStore, undone: int, user: Visitor) -> None:
    store.refund(undone, 1)
    assert 'id="mark-refunded"' not in user.get(page_of(store, undone)).text
    assert "The CRM has refunds of order" in mark(user, store, undone).text


def test_order_of_another_store_is_not_touched(
    store: RefundingStore, undone: int, user: Visitor, source: Callable[..., Any]
) -> None:
    source("tea2")
    store.shop.crm.commit()
    answer = user.post(f"tea2/orders/{undone}/mark-refunded")
    assert (answer.status_code, "is not in BigCommerce" in answer.text) == (409, True)
    assert store.status(undone) == 11


def test_unavailable_store_changes_nothing(
    store: RefundingStore, undone: int, user: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.connections.store.SECONDS_FOR_A_PERSON", 1.0)
    store.shop.sandbox.faults.add("status", status=500, path="/orders", times=None)
    answer = mark(user, store, undone)
    assert answer.status_code >= 500
    assert "Not set to Refunded" in answer.text
    assert store.status(undone) == 11
    assert 'id="mark-refunded"' in user.get(page_of(store, undone)).text


def test_few_stores_are_contacted_at_once(store: RefundingStore, undone: int, user: Visitor) -> None:
    turns = [may_contact_store() for _ in range(2)]
    for turn in turns:
        next(turn)
    try:
        assert mark(user, store, undone).status_code == 503
    finally:
        for turn in turns:
            next(turn, None)
