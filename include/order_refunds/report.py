"""What the command line prints: tables and short lines for people, or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from include.command_line import print_json, print_line
from include.crm.currencies import money_in_words
from include.crm.order_ledger_rows import Attempt
from include.crm.reversal_ledger_rows import ReversalRow
from include.ledger.state_words import in_words
from include.order_refunds.decisions import name_of


def listing(rows: Sequence[ReversalRow], limit: int, *, as_json: bool) -> None:
    """For `list`."""
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    if not rows:
        print_line("No such refunds or cancellations are in the ledger.")
        return
    table = Table("What", "Order", "Store", "State", "Amount", "Reason and next step", box=None)
    for row in rows:
        table.add_row(
            f"refund {row.refund_id}" if row.refund_id else "cancellation",
            str(row.order_id),
            row.store_hash,
            in_words(row.state),
            money_in_words(row.amount, row.currency_code) if row.amount is not None else "",
            " ".join(filter(None, [row.reason, row.next_step])),
        )
    Console().print(table, markup=False)
    if len(rows) == limit:
        print_line(f"These are the newest {limit:,}; --limit shows more.")


def show(rows: Sequence[tuple[ReversalRow, Sequence[Attempt]]], *, as_json: bool) -> None:
    """For `show`."""
    if as_json:
        print_json([asdict(row) | {"history": [asdict(each) for each in history]} for row, history in rows])
        return
    for row, history in rows:
        print_line(f"{name_of(row)}: {in_words(row.state)}")
        for sentence in filter(None, [row.reason, row.next_step]):
            print_line(sentence)
        table = Table("At", "Action", "Outcome", "Status", "Detail", "Worker", box=None)
        for each in history:
            at = f"{each.at:%Y-%m-%d %H:%M:%S} UTC"
            status = str(each.status or "")
            table.add_row(at, each.action, in_words(each.outcome), status, each.detail, each.worker)
        Console().print(table, markup=False)


def decided(done: str, rows: Sequence[ReversalRow], *, as_json: bool) -> None:
    """For `retry` and `dismiss`."""
    if as_json:
        print_json({done: [row.order_reversal_id for row in rows]})
    for row in () if as_json else rows:
        print_line(f"{name_of(row)}: {done}.")


def result(answer: dict[str, Any], *, as_json: bool) -> None:
    """For `push` and `resolve`."""
    if as_json:
        print_json(answer)
    else:
        print_line(answer["summary"] or "There was nothing to do.")
