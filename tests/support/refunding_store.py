"""A sandbox store with pushed orders, and refunds and cancellations in the CRM that follow them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from include.crm import reversal_ledger
from include.order_refunds.worker import Worker
from include.sandbox.orders.refund_records import RefundRecord
from tests.support.crm_rows import insert
from tests.support.ordering_store import OrderingStore

OURS = "CRM refund "


@dataclass
class RefundingStore:
    """An ordering store that mirrors refunds and cancellations, as the worker of refunds sees it."""

    shop: OrderingStore
    next_refund_id: int = 501

    def settings(self, **columns: object) -> None:
        """Change settings of the data source."""
        for name, value in columns.items():
            self.shop.change(f"UPDATE crm.data_source SET {name} = %s", value)  # noqa: S608 - named by tests

    def pushed(self, **columns: Any) -> int:
        """An order that BigCommerce has; its id in the CRM."""
        order_id = self.shop.order(**columns)
        self.shop.push()
        assert self.shop.states()[order_id] == "pushed"
        return order_id

    def refund(
        self, order_id: int, amount: object, *, lines: dict[int, int] | None = None, **columns: object
    ) -> int:
        """The CRM refunds an amount, with so many pieces by line number; the refund's id."""
        refund_id, self.next_refund_id = self.next_refund_id, self.next_refund_id + 1
        insert(
            self.shop.crm,
            "order_refund",
            {"refund_id": refund_id, "order_id": order_id, "amount": amount, **columns},
        )
        for line_number, quantity in (lines or {}).items():
            line = {"refund_id": refund_id, "line_number": line_number, "quantity": quantity}
            insert(self.shop.crm, "order_refund_line", line)
        self.shop.crm.commit()
        return refund_id

    def cancel(self, order_id: int) -> None:
        """The CRM cancels an order."""
        self.shop.change(
            "UPDATE crm.customer_order SET order_status = 'CANCELLED' WHERE order_id = %s", order_id
        )

    def worker(self, crm: psycopg.Connection[Any] | None = None) -> Worker:
        """A worker over this (or the fixture's) connection."""
        pushes = self.shop.worker(crm)
        return Worker(pushes.crm, pushes.client, pushes.source)

    def follow(self) -> Counter[tuple[str, str]]:
        """Select what is new and let one worker carry it over."""
        reversal_ledger.select_new(self.shop.crm, self.shop.source.data_source_id)
        self.shop.crm.commit()
        return self.worker().run()

    def pass_time(self, seconds: int = 901) -> None:
        """Let so much time go by for the ledger: leases end, delays are over."""
        self.shop.change(
            "UPDATE crm.order_reversal SET next_attempt_at = next_attempt_at - make_interval(secs => %s), "
            "lease_until = lease_until - make_interval(secs => %s)",
            seconds,
            seconds,
        )

    def row(self, refund_id: int | None = None, order_id: int | None = None) -> dict[str, Any]:
        """The ledger's row of a refund, or of the cancellation of an order."""
        (found,) = self.shop.rows(
            "SELECT * FROM crm.order_reversal "
            "WHERE refund_id = %s OR (order_id = %s AND kind = 'cancellation')",
            refund_id,
            order_id,
        )
        return found

    def store_order_id(self, order_id: int) -> int:
        """The id in BigCommerce of a pushed order."""
        return int(self.shop.row(order_id)["bigcommerce_order_id"])

    def status(self, order_id: int) -> int:
        """The order's status in BigCommerce."""
        return self.shop.sandbox.orders.order(self.store_order_id(order_id)).status_id

    def refunds(self, order_id: int) -> list[RefundRecord]:
        """The order's refunds in BigCommerce."""
        wanted = self.store_order_id(order_id)
        return [refund for refund in self.shop.sandbox.refunds if refund.order_id == wanted]

    def in_store(self) -> Counter[int]:
        """How often each refund of the CRM is in BigCommerce, by the reason that came with it."""
        reasons = [
            refund.reason or next((str(item["reason"]) for item in refund.items if "reason" in item), "")
            for refund in self.shop.sandbox.refunds
        ]
        return Counter(
            int(reason.removeprefix(OURS).partition(":")[0]) for reason in reasons if reason.startswith(OURS)
        )

    def posts(self) -> int:
        """How many refunds were sent, whatever came of it."""
        return sum(
            one.method == "POST" and one.path.endswith("/payment_actions/refunds")
            for one in self.shop.sandbox.requests
        )

    def amount_of(self, order_id: int) -> Decimal:
        """The order's total."""
        [row] = self.shop.rows("SELECT total_amount FROM crm.customer_order WHERE order_id = %s", order_id)
        return Decimal(row["total_amount"])


@pytest.fixture
def refunding(shop: Callable[..., OrderingStore]) -> Callable[..., RefundingStore]:
    """Makes a store that mirrors refunds as records, and cancellations; arguments are those of Sandbox."""

    def make(**arguments: Any) -> RefundingStore:
        store = RefundingStore(shop(**arguments))
        store.settings(mirror_refunds="record", mirror_cancellations=True)
        return store

    return make
