"""What people read of an order whose refund or cancellation is mirrored: never to do it a second time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from include.crm import reversal_decisions, reversal_ledger
from include.crm.order_reconciliations import Finding
from include.order_push.order_status import order_statuses
from include.order_push.reconcile import reconcile
from tests.support.refunding_store import RefundingStore

BY_HAND = "Refund it in BigCommerce as well, unless that was done there already."


@pytest.fixture
def refunded(store: RefundingStore) -> int:
    """A pushed order that the CRM has refunded in full, as refund 501."""
    order_id = store.pushed()
    store.refund(order_id, store.amount_of(order_id))
    store.shop.change("UPDATE crm.customer_order SET order_status = 'REFUNDED'")
    return order_id


def read(store: RefundingStore, order_id: int) -> tuple[str, str | None]:
    """The reason and the next step on the order's page."""
    [status] = order_statuses(store.shop.crm, order_id)
    store.shop.crm.commit()
    return status.reason or "", status.next_step


def compared(store: RefundingStore) -> list[Finding]:
    """What the reconciliation finds."""
    worker, now = store.worker(), datetime.now(timezone.utc)
    span = (now - timedelta(days=1), now + timedelta(days=1))
    found = reconcile(worker.crm, worker.client, worker.source, *span).findings
    store.shop.crm.commit()
    return found


def test_refund_is_on_its_way_and_then_mirrored(store: RefundingStore, refunded: int) -> None:
    said, next_step = read(store, refunded)
    assert said.endswith(
        " since it was pushed as BigCommerce order 100. Refund 501 is on its way to BigCommerce."
    )
    assert next_step is None
    assert compared(store) == []
    store.follow()
    said, next_step = read(store, refunded)
    assert said.endswith(" Refund 501 was mirrored to BigCommerce as its refund 1.")
    assert next_step is None
    assert compared(store) == []


def test_cancellation_is_on_its_way_and_then_mirrored(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.cancel(order_id)
    assert read(store, order_id)[0].endswith("The cancellation is on its way to BigCommerce.")
    assert compared(store) == []
    store.follow()
    said, next_step = read(store, order_id)
    assert (said.endswith("The cancellation was mirrored to BigCommerce."), next_step) == (True, None)


def test_rejected_refund_says_why_and_a_dismissed_one_asks_for_a_look(
    store: RefundingStore, refunded: int
) -> None:
    store.shop.change("UPDATE crm.order_refund SET amount = 1000000")
    store.follow()
    row = store.row(501)
    said, next_step = read(store, refunded)
    assert said.endswith(f"Refund 501 was rejected. {row['reason']}")
    assert next_step == row["next_step"]
    [found] = compared(store)
    assert found.sentence.endswith(f"{row['reason']} {row['next_step']}")

    ids = [row["order_reversal_id"]]
    reversal_decisions.dismiss(store.shop.crm, ids, because="Paid in cash.", person="Ada")
    said, next_step = read(store, refunded)
    assert said.endswith("Refund 501 was dismissed by Ada: Paid in cash.")
    assert next_step == BY_HAND


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE crm.data_source SET mirror_refunds = 'off'", "The data source does not mirror refunds."),
        (
            "UPDATE crm.data_source SET mirror_refunds_since = now() + interval '1 day'",
            "It happened before the mirroring was switched on.",
        ),
    ],
)
def test_refund_that_is_not_mirrored_is_repeated_by_hand(
    store: RefundingStore, refunded: int, change: str, why: str
) -> None:
    store.shop.change(change)
    said, next_step = read(store, refunded)
    assert (said.endswith(f"Refund 501 was not mirrored. {why}"), next_step) == (True, BY_HAND)
    [found] = compared(store)
    assert found.sentence.endswith(f"{why} {BY_HAND}")


def test_refund_that_waits_while_mirroring_is_switched_off_is_not_repeated_by_hand(
    store: RefundingStore, refunded: int
) -> None:
    reversal_ledger.select_new(store.shop.crm, store.shop.source.data_source_id)
    store.settings(mirror_refunds="off")
    said, next_step = read(store, refunded)
    assert said.endswith("Refund 501 waits. The data source no longer mirrors refunds.")
    assert next_step == "To send it, switch on Mirror refunds in the settings."


@pytest.mark.parametrize(
    ("change", "reason", "next_step"),
    [
        ("paused_at = now(), paused_by = 'Ada'", "paused", "Resume the data source."),
        ("state = 'draining'", "being deactivated", "Activate the data source again."),
        ("state = 'inactive'", "deactivated", "Activate the data source again."),
    ],
)
def test_refund_that_waits_for_its_data_source_says_so(
    store: RefundingStore, refunded: int, change: str, reason: str, next_step: str
) -> None:
    reversal_ledger.select_new(store.shop.crm, store.shop.source.data_source_id)
    store.shop.change(f"UPDATE crm.data_source SET {change}")  # noqa: S608 - named above
    said, step = read(store, refunded)
    assert said.endswith(f"Refund 501 waits. The data source is {reason}.")
    assert step == next_step


def test_order_without_a_refund_of_its_own_is_done_by_hand(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.shop.change("UPDATE crm.customer_order SET order_status = 'REFUNDED'")
    said, next_step = read(store, order_id)
    assert said.endswith("BigCommerce does not know that.")
    assert next_step == (
        "Enter its refund in the CRM. If there will be none, choose Set to Refunded on the order's page, so "
        "that nobody ships it."
    )
