"""python -m include.order_updates COMMAND

Commands: list, read.

Shows pushed orders as their stores have them, and reads what the stores did to them. Exit codes: see
include/command_line.py.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import get_args

from rich.console import Console
from rich.table import Table

from include.command_line import (
    add_period,
    add_store,
    add_store_filter,
    add_verb,
    print_json,
    print_line,
    run,
)
from include.connections.crm import open_crm
from include.crm import store_orders
from include.crm.store_order_rows import StoreOrderRow, UnshippedOrUndone
from include.ledger.options import add_limit
from include.order_push.run_request import read_span
from include.order_updates import steps
from include.plurals import count_of


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    return run(_parser().parse_args(arguments))


def _list(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        rows = store_orders.find(crm, store_hash=options.store, state=options.state, limit=options.limit)
    if options.json:
        print_json([asdict(row) for row in rows])
    elif rows:
        _print_table(rows, options.limit)
    else:
        print_line("No such orders have been read from any store.")


def _read(options: argparse.Namespace) -> None:
    steps.pushed_to(options.store_hash)
    read = steps.update(options.store_hash, read_span(options.from_time, options.to_time))
    print_json(read) if options.json else print_line(f"{read['summary']}.")


def _print_table(rows: list[StoreOrderRow], limit: int) -> None:
    table = Table("Order", "Store", "In BigCommerce", "Status", "Shipped", "Changed", box=None)
    for row in rows:
        shipments = count_of(row.shipments, "shipment") if row.shipments else ""
        items = f"{row.items_shipped} of {row.items_total}" if row.items_total is not None else ""
        table.add_row(
            str(row.order_id),
            row.store_hash,
            str(row.bigcommerce_order_id),
            f"{row.status_name or row.status_id or 'unknown'}{', deleted' if row.is_deleted else ''}",
            ", ".join(filter(None, [items, shipments])),
            f"{row.changed_at:%Y-%m-%d %H:%M} UTC",
        )
    Console().print(table, markup=False)
    if len(rows) == limit:
        print_line(f"These are the {limit:,} that changed last; --limit shows more.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.order_updates", description="What stores did to pushed orders."
    )
    verbs = parser.add_subparsers(dest="COMMAND", required=True)
    listing = add_verb(verbs, "list", _list, "Pushed orders as their stores have them, latest change first.")
    add_store_filter(listing)
    listing.add_argument(
        "--state",
        choices=get_args(UnshippedOrUndone),
        help="unshipped: something is still to be shipped; undone: cancelled, refunded, declined or deleted",
    )
    add_limit(listing)

    read = add_verb(verbs, "read", _read, "Read what changed since the last time, or in a period.")
    add_store(read)
    add_period(read, "all that last changed since then", "and before then", required=False)
    return parser


if __name__ == "__main__":
    sys.exit(main())
