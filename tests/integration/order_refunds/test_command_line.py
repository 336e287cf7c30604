"""python -m include.order_refunds: list, show, retry, dismiss, resolve, mark-refunded, push."""

from __future__ import annotations

import json
from typing import Any

import pytest

from include.order_push.order_status import order_statuses
from include.order_refunds.__main__ import main
from tests.support.refunding_store import RefundingStore


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, " ".join((captured.out + captured.err).split())


def test_rejected_refund_is_listed_shown_and_retried(
    store: RefundingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    order_id = store.pushed()
    refund_id = store.refund(order_id, 10**6)
    assert "1 rejected" in printed(capsys, "push", "sandbox1")[1]
    assert f"refund {refund_id}" in printed(capsys, "list", "--state", "rejected")[1]
    assert "is more than what is left" in printed(capsys, "show", str(order_id))[1]
    store.shop.change("UPDATE crm.order_refund SET amount = 1")
    assert "queued for the next run" in printed(capsys, "retry", str(refund_id))[1]
    code, said = printed(capsys, "retry", str(refund_id))
    assert (code, f"Refund {refund_id} is waiting to be sent." in said) == (1, True)
    assert "1 refund followed" in printed(capsys, "push", "sandbox1")[1]
    assert json.loads(printed(capsys, "list", "--json")[1])[0]["state"] == "pushed"
    assert printed(capsys, "push", "sandbox1")[1] == "There was nothing to do."


def test_refund_that_cannot_be_retried_is_named_beside_one_that_was(
    store: RefundingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    order_id = store.pushed()
    followed, rejected = store.refund(order_id, 1), store.refund(order_id, 10**6)
    store.follow()
    code, said = printed(capsys, "retry", str(followed), str(rejected))
    assert code == 1
    assert f"Refund {rejected}: queued for the next run of the order push." in said
    assert f"Refund {followed} is in BigCommerce already." in said


def test_cancellation_of_a_shipped_order_is_dismissed_with_a_reason(
    store: RefundingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    order_id = store.pushed()
    store.shop.sandbox.orders.change(store.store_order_id(order_id), status_id=2)
    store.cancel(order_id)
    store.follow()
    assert printed(capsys, "dismiss", "--cancellation", "77", "--because", "Returned")[0] == 1
    assert printed(capsys, "dismiss", "--because", "Returned")[0] == 1
    said = printed(capsys, "dismiss", "--cancellation", str(order_id), "--because", "Returned")[1]
    assert said == f"The cancellation of order {order_id}: dismissed."
    row = store.row(order_id=order_id)
    assert (row["state"], row["dismissed_because"]) == ("dismissed", "Returned")
    assert printed(capsys, "retry", "--all-rejected")[0] == 0
    assert store.row(order_id=order_id)["state"] == "dismissed"
    printed(capsys, "retry", "--cancellation", str(order_id))
    assert store.row(order_id=order_id)["state"] == "pending"


def test_order_that_is_refunded_without_a_refund_is_set_to_refunded_by_a_person(
    store: RefundingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    order_id = store.pushed()
    command = ["mark-refunded", str(order_id)]
    assert f"Order {order_id} is COMPLETE in the CRM." in printed(capsys, *command)[1]
    store.shop.change("UPDATE crm.customer_order SET order_status = 'REFUNDED'")
    assert store.follow() == {}  # not by itself: the CRM may still write a refund
    status = order_statuses(store.shop.crm, order_id)[0]
    assert status.can_be_marked_refunded
    assert str(status.command_line_step).endswith(
        f"Or: python -m include.order_refunds mark-refunded {order_id}"
    )
    number = store.store_order_id(order_id)
    assert printed(capsys, *command) == (
        0,
        f"BigCommerce order {number} is set to Refunded. It was Awaiting Fulfillment before.",
    )
    assert (store.status(order_id), store.refunds(order_id)) == (4, [])
    status = order_statuses(store.shop.crm, order_id)[0]
    assert status.timeline[-1].what == "Set to Refunded in BigCommerce"
    assert (status.can_be_marked_refunded, status.next_step) == (False, None)
    assert str(status.reason).endswith("set it to Refunded in BigCommerce.")
    code, said = printed(capsys, *command)
    assert (code, f"BigCommerce order {number} is Refunded already. Nothing to do." in said) == (1, True)


def test_order_with_a_refund_or_outside_bigcommerce_is_not_set_to_refunded(
    store: RefundingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    order_id, elsewhere = store.pushed(), store.shop.order()
    store.shop.change("UPDATE crm.customer_order SET order_status = 'REFUNDED'")
    assert "is not in BigCommerce" in printed(capsys, "mark-refunded", str(elsewhere))[1]
    number = store.store_order_id(order_id)
    store.shop.sandbox.orders.change(number, is_deleted=True)
    assert "was deleted or archived there" in printed(capsys, "mark-refunded", str(order_id))[1]
    store.shop.sandbox.orders.change(number, is_deleted=False)
    store.refund(order_id, 1)
    assert f"The CRM has refunds of order {order_id}." in printed(capsys, "mark-refunded", str(order_id))[1]
    assert store.status(order_id) == 11


@pytest.fixture
def unclear(store: RefundingStore) -> tuple[RefundingStore, int]:
    """A refund whose answer was lost, in a store that does not give reasons back."""
    store.shop.sandbox.settings.refund_reason_shown = ()
    refund_id = store.refund(store.pushed(), 4)
    store.shop.sandbox.faults.add("reset_after_write", method="POST", path="/refunds$")
    store.follow()
    store.shop.change("UPDATE crm.order_reversal SET sent_at = sent_at - interval '1 hour'")
    return store, refund_id


def test_person_records_under_which_number_bigcommerce_has_a_refund(
    unclear: tuple[RefundingStore, int], capsys: pytest.CaptureFixture[str]
) -> None:
    store, refund_id = unclear
    said = printed(capsys, "resolve", str(refund_id), "--bigcommerce-refund", "9")
    assert said == (1, "BigCommerce order 100 has no refund 9. Give the number that BigCommerce shows.")
    code, said_yes = printed(capsys, "resolve", str(refund_id), "--bigcommerce-refund", "1")
    assert (code, said_yes) == (0, f"Refund {refund_id} is pushed, as BigCommerce refund 1.")
    assert store.row(refund_id)["bigcommerce_refund_id"] == 1
    assert "in BigCommerce already" in printed(capsys, "resolve", str(refund_id), "--not-in-bigcommerce")[1]
    assert printed(capsys, "resolve", "77", "--not-in-bigcommerce")[1].startswith("Refund 77 is not in the")


def test_refund_that_bigcommerce_has_cannot_be_recorded_as_missing(
    store: RefundingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    refund_id = store.refund(store.pushed(), 4)
    store.shop.sandbox.faults.add("reset_after_write", method="POST", path="/refunds$")
    store.follow()
    said = printed(capsys, "resolve", str(refund_id), "--not-in-bigcommerce")[1]
    assert f"BigCommerce has refund {refund_id}, as its refund 1." in said
    assert store.row(refund_id)["state"] == "uncertain"


def test_recent_request_may_still_be_on_its_way(
    store: RefundingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    refund_id = store.refund(store.pushed(), 4)
    store.shop.sandbox.faults.add("reset_before_write", method="POST", path="/refunds$")
    store.follow()
    said: Any = printed(capsys, "resolve", str(refund_id), "--not-in-bigcommerce")[1]
    assert "less than 15 minutes ago" in said


def test_finding_is_recorded_where_bigcommerce_refuses_to_list_refunds(
    unclear: tuple[RefundingStore, int], capsys: pytest.CaptureFixture[str]
) -> None:
    store, refund_id = unclear
    store.shop.sandbox.faults.add("status", status=404, method="GET", path="/refunds$", times=None)
    code, _ = printed(capsys, "resolve", str(refund_id), "--bigcommerce-refund", "1")
    assert (code, store.row(refund_id)["bigcommerce_refund_id"]) == (0, 1)
