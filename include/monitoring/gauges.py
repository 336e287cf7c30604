"""Sends the current state of all data sources and their orders as gauges to a monitoring system.

A gauge that is not sent again keeps its last number, so every gauge is sent each time, also where it is 0.
"""

from __future__ import annotations

from collections import Counter

from include.crm.database import Connection
from include.crm.gauge_numbers import (
    OpenOrders,
    OpenReversals,
    SyncState,
    open_orders,
    open_reversals,
    store_states,
)
from include.metrics import catalogue as metrics

STATUSES = ("never_synced", "in_progress", "completed", "failed")


def send_gauges(crm: Connection) -> None:
    """Send the gauges of include/metrics/catalogue.py. Raises psycopg.Error."""
    states = store_states(crm)
    numbers = Counter((state.status or "never synced").lower().replace(" ", "_") for state in states)
    for status in STATUSES:
        metrics.DATA_SOURCES.set(numbers[status], status=status)
    for state in states:
        _send_state(state)
    for orders in open_orders(crm):
        _send_orders(orders)
    for reversals in open_reversals(crm):
        _send_reversals(reversals)


def _send_state(state: SyncState) -> None:
    metrics.FAILING.set(int(state.is_failing), store=state.store_hash)
    metrics.LATE.set(int(state.is_late), store=state.store_hash)
    for gauge, number in (
        (metrics.SINCE_COMPLETED, state.seconds_since_completed),
        (metrics.LAST_SYNC_DURATION, state.last_sync_seconds),
        (metrics.FINDINGS, state.findings),
    ):
        if number is not None:
            gauge.set(number, store=state.store_hash)


def _send_orders(orders: OpenOrders) -> None:
    store = orders.store_hash
    for state, number in (
        ("new", orders.new),
        ("pending", orders.pending),
        ("sending", orders.sending),
        ("uncertain", orders.uncertain),
        ("rejected", orders.rejected),
    ):
        metrics.ORDERS.set(number, store=store, state=state)
    metrics.FOUND_TWICE.set(orders.found_twice, store=store)
    metrics.OLDEST_WAITING.set(orders.oldest_waiting_seconds, store=store)


def _send_reversals(reversals: OpenReversals) -> None:
    for state, number in (
        ("pending", reversals.pending),
        ("sending", reversals.sending),
        ("uncertain", reversals.uncertain),
        ("rejected", reversals.rejected),
    ):
        metrics.REVERSALS.set(number, store=reversals.store_hash, kind=reversals.kind, state=state)
