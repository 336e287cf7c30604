"""What the command line prints: tables and short lines for people, or JSON. It holds no addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from include.command_line import print_json, print_line
from include.crm.currencies import money_in_words
from include.crm.order_ledger_rows import LedgerRow
from include.ledger.state_words import in_words
from include.order_push.order_status import OrderStatus
from include.order_push.reconcile import Reconciliation
from include.order_push.steps import Restored
from include.order_push.timeline import Event
from include.plurals import count_of, listed


def listing(rows: Sequence[LedgerRow], limit: int, *, as_json: bool) -> None:
    """For `list`."""
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    if not rows:
        print_line("No such orders are in the ledger.")
        return
    table = Table("Order", "Store", "State", "Total", "Reason and next step", box=None)
    for row in rows:
        table.add_row(
            str(row.order_id),
            row.store_hash,
            f"pushed as {row.bigcommerce_order_id}" if row.state == "pushed" else in_words(row.state),
            money_in_words(row.total_amount, row.currency_code),
            " ".join(filter(None, [row.reason, row.next_step])),
        )
    Console().print(table, markup=False)
    if any(row.can_be_retried for row in rows):
        print_line("To retry an order: python -m include.order_push retry ORDER_ID")
    if len(rows) == limit:
        print_line(f"These are the newest {limit:,}; --limit shows more.")


def show(statuses: Sequence[OrderStatus], *, as_json: bool) -> None:
    """For `show`."""
    if as_json:
        print_json([status.as_dict() for status in statuses])
        return
    for status in statuses:
        order, row = status.order, status.row
        described = {
            "order": f"{order.order_id}, {order.order_type}",
            "total": money_in_words(order.total_amount, order.currency_code),
            "completed": _at(order.completed_at),
            "store": status.store_hash or "none",
            "state": in_words(status.state),
            "in BigCommerce as": row and row.bigcommerce_order_id,
            "requested by": row and row.requested_by,
            "sent": row and _times(row.attempts),
            "reason": status.reason,
            "next step": status.command_line_step or status.next_step,
        }
        table = Table.grid(padding=(0, 2))
        for name, value in described.items():
            if value:
                table.add_row(name, str(value))
        Console().print(table, markup=False)
        _timeline(status.timeline)


def retried(order_ids: Sequence[int], *, as_json: bool) -> None:
    """For `retry`."""
    if as_json:
        print_json({"retried": order_ids})
    elif order_ids:
        print_line(
            f"Queued for the next run of the order push: {listed(order_ids)} ({len(order_ids):,} in all)."
        )
        print_line("To push now: python -m include.order_push push STORE_HASH")
    else:
        print_line("There was nothing to retry.")


def decided(done: str, order_ids: Sequence[int], *, as_json: bool) -> None:
    """For `dismiss` and `reopen`."""
    if as_json:
        print_json({done: order_ids})
    elif order_ids:
        print_line(f"{done.capitalize()}: {listed(order_ids)} ({len(order_ids):,} in all).")


def resolved(sentence: str, *, as_json: bool) -> None:
    """For `resolve`."""
    if as_json:
        print_json({"message": sentence})
    else:
        print_line(sentence)


def pushed(result: dict[str, Any], *, as_json: bool) -> None:
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
        table = Table("Order", "Difference", "BigCommerce", "Reason and next step", box=None)
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
            print_line(f"{store.store_name} could not be read. {store.failure}")
            continue
        print_line(
            f"{store.store_name}: {count_of(store.held, 'order is', 'orders are')} in BigCommerce already "
            "and not sent again; "
            f"{count_of(len(store.lost), 'order is', 'orders are')} in BigCommerce that the CRM lost"
        )
        for order in store.lost:
            print_line(order.sentence)
        if store.lost:
            print_line(f"Make sure that the CRM's next order has an id above {store.lost[-1].order_id}.")


def _timeline(events: Sequence[Event]) -> None:
    table = Table("At", "What happened", "Detail", "Who", box=None)
    table.columns[0].no_wrap = True
    for event in events:
        table.add_row(_at(event.at), event.what, f"{event.detail} {event.link}".strip(), event.who)
    Console().print(table, markup=False)


def _times(attempts: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(attempts, f"{attempts} times")


def _at(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "not yet"
