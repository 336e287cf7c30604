"""What people change, in the settings and in BigCommerce, before a refund leaves or while it does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from include.bigcommerce.order_statuses import PARTIALLY_REFUNDED
from include.crm import reversal_decisions, reversal_ledger
from include.order_refunds import refund_request
from tests.support.refunding_store import RefundingStore

AMOUNT = 4


@pytest.fixture
def by_hand(store: RefundingStore) -> tuple[int, int]:
    """An order of which somebody refunded an amount in BigCommerce, and that refund's id there."""
    order_id = store.pushed()
    return order_id, store.shop.sandbox.refunds.add(store.store_order_id(order_id), AMOUNT, "Broken lid").id


def test_refund_that_may_have_been_entered_in_bigcommerce_is_for_people(
    store: RefundingStore, by_hand: tuple[int, int]
) -> None:
    order_id, made = by_hand
    same, other = store.refund(order_id, AMOUNT), store.refund(order_id, 1)
    assert store.follow() == {("refund", "rejected"): 1, ("refund", "pushed"): 1}
    assert store.in_store() == {other: 1}
    row = store.row(same)
    assert row["reason"] == (
        f"BigCommerce has a refund of the same amount, {made}, that did not come from the CRM."
    )
    assert f"resolve {same} --bigcommerce-refund {made}" in row["next_step"]
    reversal_decisions.retry(store.shop.crm, [row["order_reversal_id"]], person="Ada")
    store.shop.crm.commit()
    assert store.follow() == {("refund", "rejected"): 1}


@pytest.mark.parametrize("is_the_same", [True, False])
def test_person_says_whether_a_refund_was_entered_in_bigcommerce(
    store: RefundingStore, by_hand: tuple[int, int], is_the_same: bool
) -> None:
    order_id, made = by_hand
    refund_id = store.refund(order_id, AMOUNT)
    store.follow()
    reversal_decisions.resolve(
        store.shop.crm,
        store.row(refund_id)["order_reversal_id"],
        bigcommerce_refund_id=made if is_the_same else None,
        settled_after_seconds=0,
        person="Ada",
    )
    store.shop.crm.commit()
    store.follow()
    assert store.row(refund_id)["state"] == "pushed"
    assert store.in_store() == ({} if is_the_same else {refund_id: 1})
    # what one refund of the CRM was found to be is no longer a candidate for the next
    again = store.refund(order_id, AMOUNT)
    store.follow()
    assert store.row(again)["state"] == ("pushed" if is_the_same else "rejected")


@pytest.mark.parametrize(
    "changed",
    [
        b"mirror_refunds = 'off'",
        b"mirror_refunds = 'status'",
        b"(paused_at, paused_by) = (now(), 'Ada')",
        b"state = 'draining'",
    ],
)
def test_refund_does_not_leave_once_the_settings_no_longer_ask_for_it(
    store: RefundingStore, changed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund_id = store.refund(store.pushed(), AMOUNT)
    _change_after_quote(store, changed, monkeypatch)
    assert store.follow() == {}
    row = store.row(refund_id)
    assert (row["state"], row["worker"], store.posts()) == ("pending", None, 0)


def test_setting_changed_during_a_run_counts_for_the_next_refund(
    store: RefundingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [store.pushed(), store.pushed()]
    for order_id in orders:
        store.refund(order_id, AMOUNT)
    _change_after_quote(store, b"mirror_refunds = 'status'", monkeypatch)
    store.follow()
    store.follow()
    assert [store.status(order_id) for order_id in orders] == [PARTIALLY_REFUNDED, PARTIALLY_REFUNDED]
    assert store.posts() == 0


def test_refund_is_marked_as_sending_on_disk_before_it_leaves(store: RefundingStore) -> None:
    store.refund(store.pushed(), AMOUNT)
    crm, data_source_id = store.shop.crm, store.shop.source.data_source_id
    reversal_ledger.select_new(crm, data_source_id)
    crm.commit()
    crm.execute("SET LOCAL synchronous_commit = off")
    held = reversal_ledger.claim(crm, data_source_id, "worker", lease_seconds=900)
    assert held
    assert reversal_ledger.mark_sending(crm, held, "worker", lease_seconds=900)
    assert crm.execute("SHOW synchronous_commit").fetchone() == ("on",)
    crm.rollback()


def test_partial_refunds_at_the_same_moment_are_sent_once_each(store: RefundingStore) -> None:
    order_id = store.pushed(quantity=3)
    refunds = [store.refund(order_id, amount) for amount in (1, 1, 2)]
    reversal_ledger.select_new(store.shop.crm, store.shop.source.data_source_id)
    store.shop.crm.commit()

    def follow() -> None:
        with psycopg.connect(store.shop.crm_url) as crm:
            store.worker(crm).run()

    with ThreadPoolExecutor(3) as threads:
        for work in [threads.submit(follow) for _ in range(3)]:
            work.result(timeout=120)
    store.pass_time()
    store.follow()
    assert store.in_store() == dict.fromkeys(refunds, 1)


def _change_after_quote(store: RefundingStore, changed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings change when a refund was quoted, right before it is marked `sending`."""
    quote_refund = refund_request.quote_refund

    def then_change(*arguments: Any) -> Any:
        quote = quote_refund(*arguments)
        with psycopg.connect(store.shop.crm_url) as crm:
            crm.execute(b"UPDATE crm.data_source SET " + changed)
        return quote

    monkeypatch.setattr(refund_request, "quote_refund", then_change)
