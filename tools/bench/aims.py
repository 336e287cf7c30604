"""What the project wants of itself, and what became of it in this run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, quantiles

from tools.bench.events import IDLE_STORES, ORDERS_OF_EACH
from tools.bench.in_airflow import DATA_SOURCES, SMALL_STORE
from tools.bench.pages import ORDERS, PRODUCTS, STORES, VARIANTS
from tools.bench.scenarios import Results

SMALL, LARGE = 10_000, 50_000


@dataclass(frozen=True)
class Aim:
    """One of them."""

    what: str
    measured: str
    met: bool


def aims(results: Results) -> Iterator[Aim]:
    """Those that this run has measured."""
    yield from _product_sync(results)
    yield from _order_push(results)
    yield from _airflow(results)
    yield from _events(results)
    yield from _pages(results)


def _product_sync(results: Results) -> Iterator[Aim]:
    first = {products: results.median("first sync", products) for products in results.sizes("first sync")}
    if SMALL in first:
        cpu = first[SMALL]["cpu"]
        yield Aim("steps 2-4 at 10,000 products under 4 s CPU", f"{cpu:.2f} s", cpu < 4)
    if ratio := ratio_of_seconds(results, "dlt merge", "first sync", SMALL):
        yield Aim("at 10,000 at least 5 times as fast as dlt's merge", f"{ratio:.1f} times", ratio >= 5)
    for sync, bare, most in (
        ("unchanged", "bare reading", 2),
        ("1 % changed", "bare reading", 3),
        ("first sync", "bare first sync", 2),
    ):
        if ratio := ratio_of_seconds(results, sync, bare, SMALL):
            cpu = results.median(sync, SMALL)["cpu"] / results.median(bare, SMALL)["cpu"]
            measured = f"{ratio:.1f} times (CPU {cpu:.1f} times)"
            yield Aim(f"{sync} at 10,000 at most {most} times as long as {bare}", measured, ratio <= most)
    rows = every(results, "unchanged", "rows_written")
    fields = every(results, "unchanged: write-back", "fields")
    measured = f"{max(rows):,.0f} rows, {max(fields, default=0):,.0f} fields"
    yield Aim("unchanged: 0 rows and 0 fields written", measured, not any(rows + fields))
    peak = max(every(results, "first sync", "peak_memory")) / 1e6
    yield Aim("peak memory at most 220 MB", f"{peak:.0f} MB", peak <= 220)
    if SMALL in first and LARGE in first:
        growth = first[LARGE]["peak_memory"] / first[SMALL]["peak_memory"] - 1
        yield Aim("peak memory flat from 10,000 to 50,000 (10 %)", f"{growth:+.1%}", growth < 0.10)
        slower = first[LARGE]["seconds"] / first[SMALL]["seconds"] * SMALL / LARGE - 1
        cpu = first[LARGE]["cpu"] / first[SMALL]["cpu"] * SMALL / LARGE - 1
        measured = f"{slower:+.1%} (CPU {cpu:+.1%})"
        yield Aim("time a product at 50,000 within 15 % of 10,000", measured, slower < 0.15)
    over = max(every(results, "first sync", "requests", minus="least"))
    yield Aim("reads at most ceil(N/250) + 4", f"ceil(N/250) + {over:.0f}", over <= 4)
    if over_all := every(results, "first sync: write-back", "requests", minus="least"):
        over = max(over_all)
        yield Aim("writes at most ceil(V/50)", f"ceil(V/50) + {over:.0f}", over <= 0)
    for products in results.sizes("3 in flight"):
        ratio = ratio_of_seconds(results, "1 in flight", "3 in flight", products) or 0
        yield Aim("3 in flight at least 2.5 times as fast as one", f"{ratio:.2f} times", ratio >= 2.5)


def _order_push(results: Results) -> Iterator[Aim]:
    pushes = {orders: results.median("order push", orders) for orders in results.sizes("order push")}
    most = max(pushes)
    push = pushes[most]
    wrong = push["lost"] + push["too_many"] + push["unsettled"]
    measured = f"lost {push['lost']:.0f}, too many {push['too_many']:.0f}, unsettled {push['unsettled']:.0f}"
    yield Aim("every order to be sent is in the store once, no other", measured, not wrong)
    measured = f"{push['sent']:,.0f} + {push['looked_up']:.0f} for {push['uncertain']:.0f} uncertain"
    met = push["sent"] == most and push["looked_up"] <= push["uncertain"]
    yield Aim(f"requests: {most:,} orders + look-ups of uncertain ones", measured, met)
    yield Aim("quota used at least 90 %", f"{push['quota_used']:.1%}", push["quota_used"] >= 0.9)
    wasted = sum(every(results, "order push", "throttled"))
    yield Aim("no request on a quota known to be empty (429)", f"{wasted:.0f}", wasted == 0)
    least = min(pushes)
    if least < most:
        growth = push["peak_memory"] / pushes[least]["peak_memory"] - 1
        what = f"peak memory flat from {least:,} to {most:,} orders (10 %)"
        yield Aim(what, f"{growth:+.1%}", growth < 0.10)


def _airflow(results: Results) -> Iterator[Aim]:
    if ("small store", SMALL_STORE) in results:
        seconds = results.median("small store", SMALL_STORE)["seconds"]
        yield Aim("a small store Completed within 10 s of its trigger", f"{seconds:.1f} s", seconds < 10)
    if ("parsing", DATA_SOURCES) in results:
        seconds = results.median("parsing", DATA_SOURCES)["seconds"]
        yield Aim("1,000 data sources parsed in under 2 s", f"{seconds:.2f} s", seconds < 2)


def _events(results: Results) -> Iterator[Aim]:
    if ("event", 1) in results:
        seconds = results.every("event", 1, "seconds")
        middle, late = median(seconds), quantiles(seconds, n=20)[-1]
        yield Aim("an order in the store 5 s after its commit (median)", f"{middle:.1f} s", middle <= 5)
        yield Aim("95 % of orders in the store within 10 s", f"{late:.1f} s", late <= 10)
    look = results.median("idle: event", IDLE_STORES)["seconds"]
    what = f"the triggerer's look at {IDLE_STORES:,} idle stores under 50 ms"
    yield Aim(what, f"{look * 1e3:.0f} ms", look < 0.05)
    day = 96 * _cpu(results, "idle: schedule") + 2_880 * _cpu(results, "idle: event")
    orders = IDLE_STORES * ORDERS_OF_EACH
    what = f"a day without orders at {IDLE_STORES:,} stores ({orders:,} pushed before) under 10 min CPU"
    yield Aim(what, f"{day / 60:.1f} min", day < 600)


def _cpu(results: Results, look: str) -> float:
    measured = results.median(look, IDLE_STORES)
    return measured["cpu"] + measured["postgres_cpu"]


def _pages(results: Results) -> Iterator[Aim]:
    pages = results.median("pages", PRODUCTS * VARIANTS)
    slowest = max(pages, key=lambda name: pages[name])
    size = f"{PRODUCTS * VARIANTS:,} variants, {ORDERS:,} orders and {STORES:,} stores"
    what = f"every page under 100 ms at {size}"
    middle = sorted(pages.values())[len(pages) // 2]
    measured = f"{pages[slowest] * 1e3:.0f} ms ({slowest}); the median page {middle * 1e3:.0f} ms"
    yield Aim(what, measured, pages[slowest] < 0.1)


def ratio_of_seconds(results: Results, what: str, other: str, products: int) -> float | None:
    """How many times as many seconds one takes as the other."""
    if (what, products) in results and (other, products) in results:
        return results.median(what, products)["seconds"] / results.median(other, products)["seconds"]
    return None


def every(results: Results, what: str, name: str, minus: str | None = None) -> list[float]:
    """One number of a scenario, less another where `minus` names one, for each size of store."""
    found = [results.median(what, products) for products in results.sizes(what)]
    return [one[name] - (one[minus] if minus else 0) for one in found]
