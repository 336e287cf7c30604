"""How all data sources and their orders stand, as gauges for a monitoring system.

A gauge that is not sent again keeps its last number: so every one is sent each time, also where it is 0.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import psycopg

from include.crm.data_sources import LATE_AFTER
from include.crm.database import fetch_all
from include.metrics import catalogue as metrics

STATUSES = ("never_synced", "in_progress", "completed", "failed")
ORDER_STATES = ("new", "pending", "sending", "uncertain", "rejected")


def report(crm: psycopg.Connection[Any]) -> None:
    """Send the gauges of include/metrics/catalogue.py; two queries. Raises psycopg.Error."""
    stores = fetch_all(crm, "monitoring/current_state", late_after=LATE_AFTER)
    found = Counter((store["status"] or "never synced").lower().replace(" ", "_") for store in stores)
    for status in STATUSES:
        metrics.DATA_SOURCES.set(found[status], status=status)
    for store in stores:
        _report_store(store, store["store_hash"])
    for row in fetch_all(crm, "monitoring/current_orders"):
        store_hash = row["store_hash"]
        for state in ORDER_STATES:
            metrics.ORDERS.set(row[state], store=store_hash, state=state)
        metrics.FOUND_TWICE.set(row["found_twice"], store=store_hash)
        metrics.OLDEST_WAITING.set(row["oldest_waiting_seconds"], store=store_hash)


def _report_store(store: dict[str, Any], store_hash: str) -> None:
    metrics.FAILING.set(int(store["is_failing"]), store=store_hash)
    metrics.LATE.set(int(store["is_late"]), store=store_hash)
    for gauge, number in (
        (metrics.SINCE_COMPLETED, store["seconds_since_completed"]),
        (metrics.LAST_SYNC_DURATION, store["last_sync_seconds"]),
        (metrics.FINDINGS, store["findings"]),
    ):
        if number is not None:
            gauge.set(number, store=store_hash)
