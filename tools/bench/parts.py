"""The parts of the benchmark, in the order in which they are measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.bench.changes import measure_changes
from tools.bench.idle import measure_idle_stores
from tools.bench.in_airflow import measure_parsing, measure_small_store
from tools.bench.many_stores import measure_stores
from tools.bench.orders import measure_order_push
from tools.bench.pages import measure_pages
from tools.bench.results import Results
from tools.bench.syncs import measure_dlt, measure_lanes, measure_large, measure_size
from tools.bench.testbed import Testbed


@dataclass(frozen=True)
class Sizes:
    """How much is measured, how often, and how slow the slow stores are."""

    repeats: int
    products: tuple[int, ...] = (1_000, 10_000)
    large: int = 100_000
    orders: tuple[int, ...] = (1_000, 10_000)
    stores: int = 50
    idle: tuple[int, ...] = (10, 100, 1_500)
    # in which 450 requests may be sent; 30 in truth
    window_seconds: float = 5.0
    # of each page of the distant store
    latency_seconds: float = 0.3


@dataclass(frozen=True)
class Part:
    """`is_repeated`: it is measured as often as `Sizes.repeats` says, and the median counts."""

    what: str
    measure: Callable[[Testbed, Results, Sizes], None]
    is_repeated: bool = False


def _syncs(testbed: Testbed, results: Results, sizes: Sizes) -> None:
    for products in sizes.products:
        measure_size(testbed, results, products)


def _dlt(testbed: Testbed, results: Results, sizes: Sizes) -> None:
    for products in sizes.products:
        measure_dlt(testbed, results, products)


def _orders(testbed: Testbed, results: Results, sizes: Sizes) -> None:
    for orders in sizes.orders:
        measure_order_push(testbed, results, orders, sizes.window_seconds)


def _idle(testbed: Testbed, results: Results, sizes: Sizes) -> None:
    for stores in sizes.idle:
        measure_idle_stores(testbed, results, stores)


PARTS = {
    "syncs": Part("syncs of 1,000 and 10,000 products, beside bare loops, COPY and parsers", _syncs, True),
    "dlt": Part("the same products by dlt, which is installed beside the project", _dlt, True),
    "distant": Part(
        "a catalogue read from a distant store",
        lambda testbed, results, sizes: measure_lanes(
            testbed, results, max(sizes.products), sizes.latency_seconds
        ),
        True,
    ),
    "parsing": Part(
        "1,000 data sources parsed by Airflow",
        lambda testbed, results, _: measure_parsing(testbed, results),
        True,
    ),
    "large": Part(
        "syncs of 100,000 products",
        lambda testbed, results, sizes: measure_large(testbed, results, sizes.large),
    ),
    "changes": Part(
        "1, 100 and 1,000 changed products of a large store",
        lambda testbed, results, sizes: measure_changes(testbed, results, max(sizes.products)),
    ),
    "orders": Part("1,000 and 10,000 orders of one store", _orders),
    "stores": Part(
        "orders of 50 stores",
        lambda testbed, results, sizes: measure_stores(testbed, results, sizes.stores),
    ),
    "idle": Part("10, 100 and 1,500 stores in which nothing is due", _idle),
    "pages": Part(
        "the page in Airflow, with many orders, stores and syncs",
        lambda testbed, results, _: measure_pages(testbed, results),
    ),
    "airflow": Part(
        "a small store in a running Airflow: its sync, and how soon orders and changes are on the other side",
        lambda testbed, results, sizes: measure_small_store(testbed, results, sizes.repeats),
    ),
}
QUICK = Sizes(
    repeats=1, products=(500,), large=2_000, orders=(2_000,), stores=4, idle=(10,), latency_seconds=0.1
)
# A trial takes minutes, so it starts no Airflow.
QUICK_PARTS = tuple(name for name in PARTS if name != "airflow")
