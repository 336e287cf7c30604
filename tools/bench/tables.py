"""Makes a table for each kind of measurement, if there was one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from tools.bench.idle import TASKS_A_DAY, TRIGGERS_A_DAY, cpu_of_a_day, cpu_of_a_look
from tools.bench.in_airflow import DATA_SOURCES, SMALL_STORE
from tools.bench.judges import seconds_of_95_percent
from tools.bench.many_stores import DAGS
from tools.bench.results import Measurement, Results

SYNCS = ("first sync", "unchanged", "1 % changed")
NAMES = {
    **{sync: f"{sync}, extract and load" for sync in SYNCS},
    **{f"{sync}: write-back": f"{sync}, write-back" for sync in SYNCS},
    "bare reading": "reading the same pages, bare",
    "bare first sync": "reading, parsing, COPY and merge, bare",
    "dlt merge": "dlt, merged by key",
    "dlt replace": "dlt, replaced whole",
    "COPY": "COPY of the same rows",
    "json": "json of the same bytes",
    "msgspec": "msgspec of the same bytes",
}
COMPARED = ("bare reading", "bare first sync", "dlt merge")
COST = ("wall s", "CPU s", "Postgres CPU s", "peak MB", "requests (least)")
EVENTS = {
    "event: order": "an order, from its commit into the store",
    "event: change": "a price, from its change in the store into the CRM",
    "event: call": "a call of a webhook, until it is answered",
}


def tables(results: Results, latency_seconds: float) -> Iterator[Table]:
    """Every table that has a row."""
    made = (
        _products(results, latency_seconds),
        _ratios(results),
        _changes(results),
        _orders(results),
        _stores(results),
        _events(results),
        _idle(results),
    )
    yield from (table for table in made if table.row_count)


def _products(results: Results, latency_seconds: float) -> Table:
    table = _table("product syncs", ("products", *COST, "for options", "written"))
    for products in sorted({*results.sizes("first sync"), *results.sizes("dlt merge")}):
        for what, name in NAMES.items():
            _add(table, results, what, products, name)
        table.add_section()
    for lanes in (1, 3):
        for products in results.sizes(f"{lanes} in flight"):
            name = f"reading, {latency_seconds * 1000:.0f} ms a page, {lanes} in flight"
            _add(table, results, f"{lanes} in flight", products, name)
    _add(table, results, "parsing", DATA_SOURCES, f"parsing {DATA_SOURCES:,} data sources")
    _add(table, results, "small store", SMALL_STORE, "Airflow: trigger to Completed")
    return table


def _add(table: Table, results: Results, what: str, size: int, name: str) -> None:
    if (what, size) not in results:
        return
    found = results.median(what, size)
    table.add_row(
        name,
        f"{size:,}",
        *_cost(found),
        _number(found, "options", ",.0f"),
        _number(found, "fields" if "fields" in found else "rows_written", ",.0f"),
    )


def _cost(found: Measurement) -> list[str]:
    """The cells below COST."""
    return [
        *(_number(found, each, ".2f") for each in ("seconds", "cpu", "postgres_cpu")),
        f"{found['peak_memory'] / 1e6:.0f}" if "peak_memory" in found else "",
        f"{found['requests']:,.0f} ({found['least']:,.0f})" if "requests" in found else "",
    ]


def _ratios(results: Results) -> Table:
    others = [f"{other}, {of}" for of in ("wall", "CPU") for other in COMPARED]
    table = _table("how many times as much as", ("products", *others))
    for products in results.sizes("first sync"):
        for sync in SYNCS:
            if (sync, products) in results:
                cells = [
                    _ratio(results, sync, other, products, name)
                    for name in ("seconds", "cpu")
                    for other in COMPARED
                ]
                table.add_row(sync, f"{products:,}", *cells)
    return table


def _ratio(results: Results, what: str, other: str, size: int, name: str) -> str:
    return f"{results.ratio(what, other, size, name):.2f}" if (other, size) in results else ""


def _changes(results: Results) -> Table:
    table = _table("syncs of changes", ("products changed", *COST, "of these for options"))
    for number in results.sizes("changes"):
        found = results.median("changes", number)
        table.add_row(
            "just the products that changed",
            f"{number:,}",
            *_cost(found),
            f"{found['options']:,.0f}",
        )
    return table


def _orders(results: Results) -> Table:
    columns = ("orders", "wall s", "CPU ms an order", "Postgres CPU ms an order", "peak MB", "sent")
    table = _table("orders of one store", (*columns, "looked up", "refused (429)", "quota used"))
    for orders in results.sizes("order push"):
        push = results.median("order push", orders)
        table.add_row(
            "order push, quota 450",
            f"{orders:,}",
            f"{push['seconds']:.1f}",
            f"{push['cpu'] / orders * 1000:.2f}",
            f"{push['postgres_cpu'] / orders * 1000:.2f}",
            f"{push['peak_memory'] / 1e6:.0f}",
            *(f"{push[name]:,.0f}" for name in ("sent", "looked_up", "throttled")),
            f"{push['quota_used']:.1%}",
        )
    return table


def _stores(results: Results) -> Table:
    columns = ("stores", "orders", "tasks", "wall s", "orders a second")
    table = _table("orders of many stores", (*columns, "CPU ms an order", "Postgres CPU ms an order"))
    for dag in DAGS:
        for stores in results.sizes(f"stores: {dag}"):
            push = results.median(f"stores: {dag}", stores)
            orders = push["orders"]
            table.add_row(
                {"schedule": "as scheduled, 4 tasks at once", "at-once": "at once, 8 stores at once"}[dag],
                f"{stores:,}",
                f"{orders:,.0f}",
                f"{push['tasks']:,.0f}",
                f"{push['seconds']:.1f}",
                f"{orders / push['seconds']:.1f}",
                f"{push['cpu'] / orders * 1000:.1f}",
                f"{push['postgres_cpu'] / orders * 1000:.1f}",
            )
    return table


def _events(results: Results) -> Table:
    table = _table("in a running Airflow", ("measured", "median s", "95 % within s", "longest s"))
    for what, name in EVENTS.items():
        if (what, 1) in results:
            seconds = results.every(what, 1, "seconds")
            middle = results.median(what, 1)["seconds"]
            cells = (f"{each:.3g}" for each in (middle, seconds_of_95_percent(results, what), seconds[-1]))
            table.add_row(name, f"{len(seconds)}", *cells)
    return table


def _idle(results: Results) -> Table:
    looks = (*TASKS_A_DAY, *TRIGGERS_A_DAY)
    columns = ("stores", *looks, "all of a day, s", f"{sum(TASKS_A_DAY.values())} task starts, s")
    table = _table("CPU of looks while nothing is due, ms", columns)
    for stores in results.sizes("idle: orders"):
        start = results.median("idle: start of a task", stores)["cpu"]
        table.add_row(
            "all tasks and triggers",
            f"{stores:,}",
            *(f"{cpu_of_a_look(results, look, stores) * 1000:.1f}" for look in looks),
            f"{cpu_of_a_day(results, stores):,.0f}",
            f"{start * sum(TASKS_A_DAY.values()):,.0f}",
        )
    return table


def _table(first: str, others: Sequence[str]) -> Table:
    table = Table(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _number(found: Measurement, name: str, form: str) -> str:
    return format(found[name], form) if name in found else ""
