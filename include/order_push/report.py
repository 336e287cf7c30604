"""What the command line prints: tables and short lines for people. No addresses, as the ledger has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from include.command_line import print_json, print_line
from include.order_push.reconcile import Reconciliation
from include.order_push.steps import Restored

Row = dict[str, Any]


def listing(rows: Sequence[Row], limit: int, *, as_json: bool) -> None:
    """For `list`."""
    if as_json:
        print_json(rows)
        return
    if not rows:
        print_line("No such orders are in the ledger.")
        return
    table = Table("Order", "Store", "State", "Total", "Why, and what next", box=None)
    for row in rows:
        table.add_row(
            str(row["order_id"]),
            row["store_hash"],
            f"pushed as {row['bigcommerce_order_id']}" if row["state"] == "pushed" else row["state"],
            _total(row),
            _why(row),
        )
    Console().print(table, markup=False)
    if len(rows) == limit:
        print_line(f"These are the newest {limit:,}; --limit shows more.")


def show(rows: Sequence[Row], *, as_json: bool) -> None:
    """For `show`."""
    if as_json:
        print_json(rows)
        return
    for row in rows:
        standing = {
            "order": f"{row['order_id']}, {row['order_type']}, {_total(row)}",
            "completed": _at(row["completed_at"]),
            "store": row["store_hash"] or "none",
            "state": row["state"],
            "in BigCommerce as": row.get("bigcommerce_order_id"),
            "asked for by": row.get("requested_by"),
            "sent": _times(row["attempts"]) if "attempts" in row else None,
            "why": row["reason"],
            "what next": row["next_step"],
        }
        table = Table.grid(padding=(0, 2))
        for name, value in standing.items():
            if value:
                table.add_row(name, str(value))
        Console().print(table, markup=False)
        if row["history"]:
            _history(row["history"])


def retried(order_ids: Sequence[int], *, as_json: bool) -> None:
    """For `retry`."""
    if as_json:
        print_json({"retried": order_ids})
    elif order_ids:
        listed = ", ".join(map(str, order_ids[:20])) + (", …" if len(order_ids) > 20 else "")
        print_line(f"The next run of the order push tries again: {listed} ({len(order_ids):,} in all).")
        print_line("To do that now: python -m include.order_push push STORE_HASH")
    else:
        print_line("There was nothing to try again.")


def pushed(result: Row, *, as_json: bool) -> None:
    """For `push`."""
    if as_json:
        print_json(result)
        return
    for sentence in result.get("orders", []):
        print_line(sentence)
    print_line(result["summary"])


def reconciled(compared: Reconciliation, *, as_json: bool) -> None:
    """For `reconcile`."""
    if as_json:
        findings = [vars(finding) for finding in compared.findings]
        print_json({**vars(compared), "summary": compared.summary, "findings": findings})
    elif compared.findings:
        table = Table("Order", "What", "BigCommerce", "In full", box=None)
        for finding in compared.findings:
            there = ", ".join(map(str, finding.bigcommerce_order_ids))
            table.add_row(str(finding.order_id), finding.kind, there, finding.sentence)
        Console().print(table, markup=False)
    else:
        print_line(compared.summary)


def restored(stores: Sequence[Restored], *, as_json: bool) -> None:
    """For `after-restore`."""
    if as_json:
        print_json([asdict(store) for store in stores])
        return
    for store in stores:
        if store.failure:
            print_line(f"{store.store_name} could not be asked. {store.failure}")
            continue
        print_line(
            f"{store.store_name}: {store.held:,} orders are in BigCommerce already and are not sent again; "
            f"{len(store.lost):,} orders are there that the CRM lost"
        )
        for order in store.lost:
            print_line(order.sentence)
        if store.lost:
            print_line(f"Let the CRM's next order have an id above {store.lost[-1].order_id}.")


def _history(history: Sequence[Row]) -> None:
    table = Table("At", "Action", "Outcome", "Status", "Detail", "Who", box=None)
    for column in table.columns[:3]:
        column.no_wrap = True
    for attempt in history:
        table.add_row(
            _at(attempt["at"]),
            attempt["action"],
            attempt["outcome"],
            str(attempt["status"] or ""),
            attempt["detail"],
            attempt["worker"],
        )
    Console().print(table, markup=False)


def _why(row: Row) -> str:
    return " ".join(filter(None, [row["reason"], row["next_step"]]))


def _total(row: Row) -> str:
    return f"{row['total_amount']} {row['currency_code']}"


def _times(attempts: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(attempts, f"{attempts} times")


def _at(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "not yet"
