"""A CRM with a past: syncs, orders and reconciliations of any age, and housekeeping over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from include.housekeeping import steps
from include.housekeeping.retention import KINDS

DEFAULT_DAYS = {kind.name: kind.default_days for kind in KINDS}


@dataclass
class Past:
    """Rows of the CRM's database, made as old as a test needs them; times are days ago."""

    crm: psycopg.Connection[Any]

    def insert(self, table: str, **values: object) -> int:
        """A row; its first column."""
        statement = sql.SQL("INSERT INTO crm.{0} ({1}) VALUES ({2}) RETURNING *").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(map(sql.Placeholder, values)),
        )
        row = self.crm.execute(statement, values).fetchone()
        assert row is not None
        return int(row[0])

    def data_source(self, store_hash: str = "store1") -> int:
        """A data source with a campaign of one product."""
        campaign = self.insert("campaign", name="Tea", currency_code="USD")
        product = {"name": "Tea", "sku": "", "is_visible": True, "content_hash": b""}
        self.insert("campaign_product", campaign_id=campaign, bigcommerce_product_id=1, **product)
        return self.insert("data_source", store_hash=store_hash, store_name="Tea", campaign_id=campaign)

    def sync(
        self,
        source: int,
        ended: float | None,
        status: str = "Completed",
        *,
        warnings: int = 0,
        **columns: Any,
    ) -> int:
        """Add a sync that finished so many days ago; None: it has been running for an hour."""
        began = days_ago((1 / 24) if ended is None else ended + 0.01)
        over = {} if ended is None else {"status": status, "finished_at": days_ago(ended)}
        error = {"error": "Unavailable."} if over and status == "Failed" else {}
        known = {"submitted_at": began, "started_at": began, "read_started_at": began, "read_at": began}
        plain = {"data_source_id": source, "trigger": "scheduled", "status": "In Progress"}
        run = self.insert("sync_run", **{**plain, **known, **over, **error, **columns})
        for product in range(warnings):
            self.insert(
                "sync_warning",
                sync_run_id=run,
                kind="blank SKU",
                bigcommerce_product_id=product + 1,
                reason="It has no SKU.",
            )
        return run

    def page(self, sync_run_id: int, number: int = 1) -> None:
        """Add a raw page of a sync."""
        self.insert("catalogue_page", sync_run_id=sync_run_id, page_number=number, body=b"{}")

    def order(self, source: int, state: str, changed: float, attempts: tuple[float, ...] = ()) -> int:
        """Add an order of the ledger that last changed so many days ago, with attempts of these ages."""
        (campaign,) = self.crm.execute("SELECT min(campaign_id) FROM crm.campaign").fetchone() or ()
        (number,) = self.crm.execute("SELECT count(*) + 1 FROM crm.customer_order").fetchone() or ()
        money = {"currency_code": "USD", "price": 1, "total_amount": 1}
        kind = {"campaign_id": campaign, "order_type": "NEW_SALE", "order_status": "COMPLETE"}
        self.insert("customer_order", order_id=number, **kind, **money)
        more = {
            "pushed": {"bigcommerce_order_id": 1000 + number},
            "rejected": {"reason": "No.", "next_step": "Fix it."},
            "dismissed": {
                **{"reason": "No.", "next_step": "Fix it."},
                **{"dismissed_at": days_ago(changed), "dismissed_by": "Ann", "dismissed_because": "refunded"},
            },
        }.get(state, {"sent_at": days_ago(changed)})
        push = self.insert(
            "order_push",
            data_source_id=source,
            order_id=number,
            state=state,
            requested_by="schedule",
            updated_at=days_ago(changed),
            **more,
        )
        for at in attempts:
            self.attempt(push, at)
        return push

    def attempt(self, order_push_id: int, at: float) -> int:
        """Add an attempt so many days ago."""
        what = {"worker": "w", "action": "send", "outcome": "waits"}
        return self.insert("order_push_attempt", order_push_id=order_push_id, at=days_ago(at), **what)

    def cancellation(self, source: int, state: str, changed: float, attempts: tuple[float, ...]) -> int:
        """Add a cancellation that last changed so many days ago, with attempts of these ages."""
        self.order(source, "pushed", changed)
        (order_id,) = self.crm.execute("SELECT max(order_id) FROM crm.customer_order").fetchone() or ()
        more = {"rejected": {"reason": "No.", "next_step": "Fix it."}}.get(
            state, {"sent_at": days_ago(changed)}
        )
        reversal = self.insert(
            "order_reversal",
            data_source_id=source,
            order_id=order_id,
            kind="cancellation",
            state=state,
            updated_at=days_ago(changed),
            **more,
        )
        what = {"worker": "w", "action": "send", "outcome": "waits"}
        for at in attempts:
            self.insert("order_reversal_attempt", order_reversal_id=reversal, at=days_ago(at), **what)
        return reversal

    def reconciliation(self, source: int, made: float, findings: int = 0) -> int:
        """Add a reconciliation so many days ago."""
        span = {"from_time": days_ago(made + 7), "to_time": days_ago(made)}
        counts = {"orders_in_crm": 1, "orders_in_store": 1, "findings": findings}
        kept = self.insert(
            "order_reconciliation", data_source_id=source, made_at=days_ago(made), **span, **counts
        )
        for number in range(findings):
            what = {
                "kind": "not pushed",
                "order_id": number + 1,
                "bigcommerce_order_ids": [],
                "sentence": "x",
            }
            self.insert("order_finding", order_reconciliation_id=kept, **what)
        return kept

    def alert(self, source: int, change: str, told: float | None, kind: str = "sync late") -> int:
        """Add an alert sent so many days ago; None: nobody knows whether it arrived."""
        told_at = None if told is None else days_ago(told)
        what = {"kind": kind, "change": change, "number": int(change == "new"), "told_at": told_at}
        return self.insert("alert", data_source_id=source, **what)

    def price_preview(self, source: int, made: float, *, applied: bool = False) -> int:
        """Add a change of many prices, previewed so many days ago."""
        found = self.crm.execute(
            "SELECT campaign_id FROM crm.data_source WHERE data_source_id = %s", [source]
        )
        (campaign,) = found.fetchall()[0]
        counts = dict.fromkeys(("changes", "unchanged", "free", "too_fine", "problem_count"), 0)
        what = {"kind": "change", "description": "Raise by 10%", "problems": "[]", "created_by": "Ann"}
        when = {"created_at": days_ago(made)}
        if applied:
            when |= {"applied_at": days_ago(made)}
            what |= {"applied_by": "Ann"}
        return self.insert("price_batch", campaign_id=campaign, **counts, **what, **when)

    def hint(self, source: int, received: float, *, handled: bool = True) -> int:
        """Add a hint that a product changed, received so many days ago."""
        when = {"received_at": days_ago(received), "handled_at": days_ago(received) if handled else None}
        what = {"subject": "product", "bigcommerce_id": 1, "event_hash": f"{received} {handled}"}
        return self.insert("change_hint", data_source_id=source, **what, **when)

    def tidy_up(self, *, dry_run: bool = False, **days: int | None) -> dict[str, Any]:
        """Run housekeeping, with the default days except these."""
        self.crm.commit()
        return steps.tidy_up({**DEFAULT_DAYS, **days}, dry_run=dry_run)

    def ids(self, table: str) -> set[int]:
        """The first column of a table."""
        self.crm.rollback()
        found = self.crm.execute(sql.SQL("SELECT * FROM crm.{}").format(sql.Identifier(table)))
        return {row[0] for row in found}

    def rows(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        """The rows of a query now."""
        self.crm.rollback()
        with self.crm.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), parameters).fetchall()

    def forget(self) -> None:
        """Start anew."""
        self.crm.rollback()
        self.crm.execute("TRUNCATE crm.data_source, crm.campaign, crm.customer_order CASCADE")
        self.crm.commit()


def days_ago(days: float) -> datetime:
    """A time in the past."""
    return datetime.now(timezone.utc) - timedelta(days=days)


@pytest.fixture
def past(crm: psycopg.Connection[Any], crm_url: str, monkeypatch: pytest.MonkeyPatch) -> Past:
    """An empty CRM database, and the Connection that leads housekeeping to it."""
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    return Past(crm)
