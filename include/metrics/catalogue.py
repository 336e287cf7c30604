"""Every metric there is. docs/metrics.md and the dashboard are checked against this list.

`python -m include.metrics` prints it.
"""

from __future__ import annotations

from include.metrics.kinds import Counter, Gauge, Metric, Timing

# Product syncs, as they end
SYNCS = Counter(
    "bigcommerce.syncs_total",
    "syncs",
    ("store", "status"),
    "Syncs that ended: `completed`, `failed` (no further try follows) or `dry_run` (completed, wrote "
    "nothing).",
)
SYNC_DURATION = Timing(
    "bigcommerce.sync_duration",
    "seconds",
    (),
    "From the start of the first task of a completed sync to its end, waits between tries included.",
)
PRODUCTS_READ = Counter(
    "bigcommerce.products_read_total", "products", ("store",), "Products that completed syncs have read."
)
CHANGES = Counter(
    "bigcommerce.changes_total",
    "products or variants",
    ("store", "kind", "change"),
    "What completed syncs changed in the CRM; `kind` is products or variants, `change` new, changed, "
    "removed, revived or relinked.",
)
CUSTOM_FIELDS = Counter(
    "bigcommerce.custom_fields_total",
    "custom fields",
    ("store", "outcome"),
    "Custom fields that completed syncs have `written` to the store, or that it `refused`.",
)
WARNINGS = Counter(
    "bigcommerce.sync_warnings_total",
    "warnings",
    ("store",),
    "Products and variants that somebody should look at in the store: blank or double SKUs, left out, "
    "refused.",
)

# Requests to stores, as a task ends
REQUESTS = Counter(
    "bigcommerce.requests_total", "requests", ("store",), "Requests sent to the store, retries included."
)
RETRIES = Counter("bigcommerce.retries_total", "requests", ("store",), "Those of them that were retries.")
THROTTLED = Counter(
    "bigcommerce.throttled_total",
    "requests",
    ("store",),
    "Those that the store refused because its quota was used up (429), by us or by its other apps.",
)
WAITING = Counter(
    "bigcommerce.waiting_seconds_total",
    "seconds",
    ("store",),
    "Time that requests waited for the quota and between tries, summed over those that waited side by side.",
)

# Tasks, as a try fails
TASK_FAILURES = Counter(
    "bigcommerce.task_failures_total",
    "tries",
    ("task_id", "remedy"),
    "Tries of tasks that failed, by what somebody must do: fix the `credentials`, fix the `data` (or "
    "decide), `wait` (it is tried again by itself), or find out (`unknown`).",
)

# Orders, as they are pushed
ORDER_OUTCOMES = Counter(
    "bigcommerce.order_outcomes_total",
    "orders",
    ("store", "outcome"),
    "What became of an order that was taken up: pushed, adopted (the store had it already), rejected, "
    "uncertain, waits, not_found (by a look-up), found_twice.",
)

# How everything stands, every few minutes
DATA_SOURCES = Gauge(
    "bigcommerce.data_sources",
    "data sources",
    ("status",),
    "Data sources by their last sync that was no dry run: never_synced, in_progress, completed or failed.",
)
FAILING = Gauge(
    "bigcommerce.store_failing", "0 or 1", ("store",), "1 while the last sync that ended has failed."
)
LATE = Gauge(
    "bigcommerce.store_late",
    "0 or 1",
    ("store",),
    "1 while an automatic sync is overdue: none was completed for twice autoSync.",
)
SINCE_COMPLETED = Gauge(
    "bigcommerce.seconds_since_completed_sync",
    "seconds",
    ("store",),
    "How old the products in the CRM are: time since the last completed sync ended.",
)
LAST_SYNC_DURATION = Gauge(
    "bigcommerce.last_sync_seconds", "seconds", ("store",), "How long the last completed sync took."
)
ORDERS = Gauge(
    "bigcommerce.orders",
    "orders",
    ("store", "state"),
    "Orders that are not in the store yet: new (of the last day, and no push has seen them), pending, "
    "sending, uncertain, rejected. Those pushed are counted by outcome.",
)
FOUND_TWICE = Gauge(
    "bigcommerce.orders_found_twice", "orders", ("store",), "Orders that the store has more than once."
)
OLDEST_WAITING = Gauge(
    "bigcommerce.oldest_waiting_order_seconds",
    "seconds",
    ("store",),
    "How long the order that waits longest has waited to be sent or looked up; 0 if none does. Orders of a "
    "type that is switched off, rejected ones and those found twice do not count: they wait for somebody.",
)
FINDINGS = Gauge(
    "bigcommerce.reconciliation_findings",
    "orders",
    ("store",),
    "Orders that differ between the CRM and the store, by the last reconciliation.",
)

METRICS: list[Metric] = [metric for metric in list(globals().values()) if isinstance(metric, Metric)]
