"""The tables of what was measured, and beneath them each aim with what became of it."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tools.bench.aims import aims, every, ratio_of_seconds
from tools.bench.in_airflow import DATA_SOURCES, SMALL_STORE
from tools.bench.orders import QUOTA
from tools.bench.scenarios import Measurement, Results

SYNCS = ("first sync", "unchanged", "1 % changed")
COMPARED = ("bare reading", "bare first sync", "dlt merge", "dlt replace", "COPY", "json", "msgspec")
NAMES = {
    "bare reading": "reading the same pages, bare",
    "bare first sync": "reading, parsing, COPY and merge, bare",
    "dlt merge": "dlt, merged by key",
    "dlt replace": "dlt, replaced whole",
    "COPY": "COPY of the same rows",
    "json": "json of the same bytes",
    "msgspec": "msgspec of the same bytes",
}
COLUMNS = (
    "products",
    "wall s",
    "CPU s",
    "Postgres CPU s",
    "peak MB",
    "requests (least)",
    "rows written",
    "dlt merge / ours",
    "ours / COPY",
)
ORDER_COLUMNS = (
    "orders",
    "wall s",
    "own CPU ms an order",
    "Postgres CPU ms an order",
    "peak MB",
    "sent",
    "looked up",
    "refused (429)",
    "quota used",
)


def show(console: Console, results: Results, latency: float, window_seconds: float) -> None:
    """Print the tables and the aims."""
    console.print(_products_table(results, latency))
    start_up = max(every(results, "first sync", "start_up_cpu"))
    console.print(
        f"Not counted: the start of each process (a sync's imports take {start_up:.1f} s of CPU). "
        "dlt loads the same endpoint; merged by key it keeps and updates rows as a sync does, "
        "and the aim is against that."
    )
    console.print(_orders_table(results))
    console.print(
        f"The store lets {QUOTA} requests through in {window_seconds:g} s instead of 30 s, "
        "and loses the answer to 1 % of new orders."
    )
    table = Table("aim", "measured", "")
    for aim in aims(results):
        table.add_row(aim.what, aim.measured, "[green]met[/]" if aim.met else "[red]not met[/]")
    console.print(table)


def _products_table(results: Results, latency: float) -> Table:
    table = _table("measured", COLUMNS)
    for products in results.sizes("first sync"):
        for sync in SYNCS:
            _add(table, results, sync, products, f"{sync}, steps 2-4", compare=sync == "first sync")
        for sync in SYNCS:
            _add(table, results, f"{sync}: write-back", products, f"{sync}, write-back")
        for baseline in COMPARED:
            _add(table, results, baseline, products, NAMES[baseline])
        table.add_section()
    for lanes in (1, 3):
        for products in results.sizes(f"{lanes} in flight"):
            name = f"reading, {latency * 1000:.0f} ms a page, {lanes} in flight"
            _add(table, results, f"{lanes} in flight", products, name)
    _add(table, results, "parsing", DATA_SOURCES, f"parsing {DATA_SOURCES:,} data sources")
    _add(table, results, "small store", SMALL_STORE, "Airflow: trigger to Completed")
    return table


def _orders_table(results: Results) -> Table:
    table = _table("measured", ORDER_COLUMNS)
    for orders in results.sizes("order push"):
        push = results.median("order push", orders)
        table.add_row(
            "order push",
            f"{orders:,}",
            f"{push['seconds']:.1f}",
            f"{push['cpu'] / orders * 1000:.2f}",
            f"{push['postgres_cpu'] / orders * 1000:.2f}",
            f"{push['peak_memory'] / 1e6:.0f}",
            f"{push['sent']:,.0f}",
            f"{push['looked_up']:,.0f}",
            f"{push['throttled']:,.0f}",
            f"{push['quota_used']:.1%}",
        )
    return table


def _table(first: str, others: tuple[str, ...]) -> Table:
    table = Table(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _add(
    table: Table, results: Results, what: str, products: int, name: str, *, compare: bool = False
) -> None:
    if (what, products) not in results:
        return
    found = results.median(what, products)
    table.add_row(
        name,
        f"{products:,}",
        _number(found, "seconds", ".2f"),
        _number(found, "cpu", ".2f"),
        _number(found, "postgres_cpu", ".2f"),
        f"{found['peak_memory'] / 1e6:.0f}" if "peak_memory" in found else "",
        f"{found['requests']:,.0f} ({found['least']:,.0f})" if "requests" in found else "",
        _number(found, "fields" if "fields" in found else "rows_written", ",.0f"),
        f"{ratio:.1f}"
        if compare and (ratio := ratio_of_seconds(results, "dlt merge", what, products))
        else "",
        f"{ratio:.1f}" if compare and (ratio := ratio_of_seconds(results, what, "COPY", products)) else "",
    )


def _number(found: Measurement, name: str, form: str) -> str:
    return format(found[name], form) if name in found else ""
