"""The aims of the project by section, each with how it is judged."""

from __future__ import annotations

from tools.bench import judges
from tools.bench.aim import Aim, at_least, at_most
from tools.bench.idle import ORDERS_OF_EACH, cpu_of_a_look
from tools.bench.in_airflow import DATA_SOURCES, SMALL_STORE
from tools.bench.judges import FEW_ORDERS, IDLE, LARGE, MANY_ORDERS, SMALL, USUAL
from tools.bench.pages import ORDERS, PRODUCTS, STORES, VARIANTS
from tools.bench.results import Results

UNCHANGED_COSTS_NOTHING = (
    judges.compared("unchanged", "bare reading", 2),
    judges.compared("1 % changed", "bare reading", 3),
    judges.compared("first sync", "bare first sync", 2),
    at_least(
        f"a first sync of {SMALL:,} products at least 5 times as fast as dlt's merge",
        lambda results: results.ratio("dlt merge", "first sync", SMALL),
        5,
        "{:.1f} times",
    ),
    at_most("unchanged: rows written", lambda results: max(results.medians("unchanged", "rows_written")), 0),
    at_most(
        "unchanged: fields written",
        lambda results: max(results.medians("unchanged: write-back", "fields")),
        0,
    ),
    at_most(
        "unchanged: syncs that load pandas",
        lambda results: max(results.medians("unchanged", "loads_pandas")),
        0,
    ),
    at_most(
        "peak memory at most 220 MB",
        lambda results: max(results.medians("first sync", "peak_memory")) / 1e6,
        220,
        "{:.0f} MB",
    ),
    at_most(
        f"peak memory flat from {SMALL:,} to {LARGE:,} products (10 %)",
        lambda results: judges.growth(results, "first sync", "peak_memory", SMALL, LARGE),
        0.10,
        "{:+.1%}",
    ),
    at_most(
        f"time a product at {LARGE:,} products within 15 % of {SMALL:,}",
        lambda results: judges.growth(results, "first sync", "seconds", SMALL, LARGE, by_size=True),
        0.15,
        "{:+.1%}",
    ),
    at_most(
        "reads at most ceil(N/250) + 4 requests, without those for options",
        lambda results: max(results.medians("first sync", "requests", minus="least")),
        4,
        "ceil(N/250) + {:.0f}",
    ),
    at_most(
        "writes at most ceil(V/50) requests, 1,000 for 50,000 variants",
        lambda results: max(results.medians("first sync: write-back", "requests", minus="least")),
        0,
        "ceil(V/50) + {:.0f}",
    ),
)
ORDERS_AT_ONCE = (
    at_most(
        "an order in the store 5 s after its commit (median)",
        lambda results: judges.median_seconds(results, "event: order"),
        5,
        "{:.1f} s",
    ),
    at_most(
        "95 % of orders in the store within 10 s",
        lambda results: judges.seconds_of_95_percent(results, "event: order"),
        10,
        "{:.1f} s",
    ),
)
CHANGES_AT_ONCE = (
    at_most(
        "a change of the store in the CRM after 15 s (median)",
        lambda results: judges.median_seconds(results, "event: change"),
        15,
        "{:.1f} s",
    ),
    at_most(
        "every price change in the CRM within 2 minutes",
        lambda results: max(results.every("event: change", 1, "seconds")),
        120,
        "{:.1f} s",
    ),
    at_most(
        "95 % of webhook calls answered within 50 ms",
        lambda results: judges.seconds_of_95_percent(results, "event: call") * 1e3,
        50,
        "{:.0f} ms",
    ),
    Aim("requests: products changed / 250 + fields written / 50", judges.changed_requests),
)
COST_GROWS_WITH_WORK = (
    Aim(f"no task for an idle store, at {IDLE:,} stores", judges.idle_tasks),
    at_most(
        f"the triggerer's look at {IDLE:,} idle stores under 50 ms",
        lambda results: results.median("idle: trigger: orders", IDLE)["seconds"] * 1e3,
        50,
        "{:.0f} ms",
    ),
    at_most(
        f"a look of the schedule at {IDLE:,} idle stores costs at most 0.1 s of CPU",
        lambda results: cpu_of_a_look(results, "orders", IDLE),
        0.1,
        "{:.3f} s",
    ),
    Aim(
        f"a day of looks at {IDLE:,} idle stores ({IDLE * ORDERS_OF_EACH:,} orders pushed) under 10 min CPU",
        judges.idle_day,
    ),
    Aim(f"orders of {USUAL.stores} stores: each in its store once", judges.stores_once),
)
BESIDE_THESE = (
    at_most(
        f"extract and load of {SMALL:,} products under 4 s CPU",
        lambda results: results.median("first sync", SMALL)["cpu"],
        4,
        "{:.2f} s",
    ),
    at_least(
        "3 requests in flight at least 2.5 times as fast as one",
        lambda results: results.ratio("1 in flight", "3 in flight", SMALL),
        2.5,
        "{:.2f} times",
    ),
    Aim("every order to be sent is in the store once, no other", judges.pushed_once),
    Aim(f"requests: {MANY_ORDERS:,} orders + look-ups of uncertain ones", judges.pushed_requests),
    at_least("quota used at least 90 %", lambda results: _many_orders(results, "quota_used"), 0.9, "{:.1%}"),
    at_most(
        "requests on a quota known to be empty (429)", lambda results: _many_orders(results, "throttled"), 0
    ),
    at_most(
        f"peak memory flat from {FEW_ORDERS:,} to {MANY_ORDERS:,} orders (10 %)",
        lambda results: judges.growth(results, "order push", "peak_memory", FEW_ORDERS, MANY_ORDERS),
        0.10,
        "{:+.1%}",
    ),
    at_most(
        "a small store Completed within 10 s of its trigger",
        lambda results: results.median("small store", SMALL_STORE)["seconds"],
        10,
        "{:.1f} s",
    ),
    at_most(
        f"{DATA_SOURCES:,} data sources parsed in under 2 s",
        lambda results: results.median("parsing", DATA_SOURCES)["seconds"],
        2,
        "{:.2f} s",
    ),
    Aim(
        f"every page under 100 ms at {PRODUCTS * VARIANTS:,} variants, {ORDERS:,} orders, {STORES:,} stores",
        judges.pages,
    ),
)
AIMS = {
    "Unchanged costs nothing": UNCHANGED_COSTS_NOTHING,
    "Orders at once": ORDERS_AT_ONCE,
    "Changes of the store at once": CHANGES_AT_ONCE,
    "Cost grows with work, not with stores": COST_GROWS_WITH_WORK,
    "Beside these": BESIDE_THESE,
}


def _many_orders(results: Results, name: str) -> float:
    return results.median("order push", MANY_ORDERS)[name]
