"""What a benchmark may have measured."""

from __future__ import annotations

from tools.bench.changes import CHANGED
from tools.bench.in_airflow import DATA_SOURCES, SMALL_STORE
from tools.bench.judges import FEW_IDLE, FEW_ORDERS, IDLE, LARGE, MANY_ORDERS, SMALL, USUAL
from tools.bench.pages import PRODUCTS, VARIANTS
from tools.bench.results import Measurement, Results

COST = {"seconds": 1.0, "cpu": 1.0, "postgres_cpu": 0.1, "peak_memory": 200e6}


def a_run_that_meets_every_aim() -> dict[tuple[str, int], Measurement]:
    """By what was measured and its size."""
    sync = {**COST, "requests": 43, "least": 40, "rows_written": 0, "start_up_cpu": 3.0}
    sync["loads_pandas"] = False
    written = {**COST, "requests": 1_000, "least": 1_000, "fields": 0}
    large = {name: number * LARGE / SMALL for name, number in COST.items()}
    push = {**COST, "sent": MANY_ORDERS, "looked_up": 9, "uncertain": 9, "quota_used": 0.95, "throttled": 0}
    push |= {"lost": 0, "too_many": 0, "unsettled": 0}
    stores = {**COST, "orders": 1_000, "tasks": 51, "lost": 0, "too_many": 0}
    looks = ("orders", "updates", "changes", "monitoring", "trigger: orders", "trigger: changes")
    return {
        **{(name, SMALL): sync for name in ("first sync", "unchanged", "1 % changed")},
        **{(f"{name}: write-back", SMALL): written for name in ("first sync", "unchanged")},
        ("first sync", LARGE): {**sync, **large, "peak_memory": 201e6},
        **{(name, SMALL): COST for name in ("bare reading", "bare first sync")},
        ("dlt merge", SMALL): {**COST, "seconds": 6.0},
        ("1 in flight", SMALL): {**COST, "seconds": 3.0},
        ("3 in flight", SMALL): COST,
        ("parsing", DATA_SOURCES): COST,
        ("small store", SMALL_STORE): {"seconds": 4.0},
        **{("changes", number): {**COST, "requests": 4, "options": 0, "least": 4} for number in CHANGED},
        **{("order push", orders): push for orders in (FEW_ORDERS, MANY_ORDERS)},
        **{(f"stores: {dag}", USUAL.stores): stores for dag in ("schedule", "at-once")},
        **{
            (f"idle: {look}", size): {"seconds": 0.002, "cpu": 0.001, "postgres_cpu": 0.001}
            for look in looks
            for size in (FEW_IDLE, IDLE)
        },
        **{("idle: start of a task", size): {"cpu": 3.0} for size in (FEW_IDLE, IDLE)},
        ("pages", PRODUCTS * VARIANTS): {"list": 0.03, "card": 0.02},
        **{(f"event: {what}", 1): {"seconds": 0.04} for what in ("order", "change", "call")},
    }


def measured(*changes: tuple[tuple[str, int], Measurement]) -> Results:
    """That run, with some measurements changed; each was repeated three times."""
    results = Results()
    for (what, size), measurement in {**a_run_that_meets_every_aim(), **dict(changes)}.items():
        for _ in range(3):
            results.add(what, size, measurement)
    return results
