"""All metrics of the project. Tests compare docs/metrics.md and the dashboard with this list.

`python -m tools.metrics_table` prints it.
"""

from __future__ import annotations

from include.metrics.kinds import Counter, Gauge, Metric, Timing

# Sent when a product sync finishes
SYNCS = Counter(
    "bigcommerce.syncs_total",
    "syncs",
    ("store", "status"),
    "Finished syncs: `completed`, `failed` (after the last attempt) or `dry_run` (completed, wrote nothing).",
)
SYNC_DURATION = Timing(
    "bigcommerce.sync_duration",
    "seconds",
    (),
    "Time from the start of the first task to the end of a completed sync, including waits between attempts.",
)
PRODUCTS_READ = Counter(
    "bigcommerce.products_read_total", "products", ("store",), "Products read by completed syncs."
)
CHANGES = Counter(
    "bigcommerce.changes_total",
    "products or variants",
    ("store", "kind", "change"),
    "Changes by completed syncs in the CRM. `kind`: products or variants. `change`: new, changed, removed, "
    "revived (restored) or relinked (matched to a new id).",
)
CUSTOM_FIELDS = Counter(
    "bigcommerce.custom_fields_total",
    "custom fields",
    ("store", "outcome"),
    "Custom fields that completed syncs have `written` to the store, or that the store `refused`.",
)
WARNINGS = Counter(
    "bigcommerce.sync_warnings_total",
    "warnings",
    ("store",),
    "Products and variants that need attention in the store: blank or duplicate SKUs, skipped, refused.",
)

# Requests to stores, sent when a task finishes
REQUESTS = Counter(
    "bigcommerce.requests_total", "requests", ("store",), "Requests to the store, including retries."
)
RETRIES = Counter("bigcommerce.retries_total", "requests", ("store",), "Requests that were retries.")
THROTTLED = Counter(
    "bigcommerce.throttled_total",
    "requests",
    ("store",),
    "Requests refused because the store's quota was used up (429), by us or by its other apps.",
)
WAITING = Counter(
    "bigcommerce.waiting_seconds_total",
    "seconds",
    ("store",),
    "Time that requests waited for the quota and between attempts, summed over parallel requests.",
)

# Tasks, sent when an attempt fails
TASK_FAILURES = Counter(
    "bigcommerce.task_failures_total",
    "attempts",
    ("task_id", "remedy"),
    "Failed attempts of tasks, by what to do: correct the `credentials`, correct the `data` (or decide), "
    "`wait` (retried automatically), or look into the log (`investigate`).",
)

# Orders, sent when they are pushed
ORDER_OUTCOMES = Counter(
    "bigcommerce.order_outcomes_total",
    "orders",
    ("store", "outcome"),
    "Results of handling an order: pushed, adopted (the store had it already), rejected, uncertain, waits, "
    "not_found (by a look-up), found_twice.",
)
REFUND_OUTCOMES = Counter(
    "bigcommerce.refund_outcomes_total",
    "refunds or cancellations",
    ("store", "kind", "outcome"),
    "Results of handling a refund or a cancellation (`kind`): pushed, adopted (the store had it already), "
    "rejected, uncertain, waits, not_found (by a look-up), found_twice.",
)

# What stores did to pushed orders, sent when it is read
ORDER_UPDATES = Counter(
    "bigcommerce.order_updates_total",
    "orders",
    ("store",),
    "Pushed orders that changed in the store and were read.",
)
SHIPMENTS = Counter(
    "bigcommerce.shipments_total",
    "shipments",
    ("store", "change"),
    "Shipments of pushed orders that were read: new, changed, voided (deleted in the store).",
)

# The current state, sent every few minutes
DATA_SOURCES = Gauge(
    "bigcommerce.data_sources",
    "data sources",
    ("status",),
    "Data sources by their last sync (dry runs ignored): never_synced, in_progress, completed, failed.",
)
FAILING = Gauge(
    "bigcommerce.store_failing", "0 or 1", ("store",), "1 while the last finished sync has failed."
)
LATE = Gauge(
    "bigcommerce.store_late",
    "0 or 1",
    ("store",),
    "1 while a scheduled sync is overdue: none was completed within twice its interval (autoSync).",
)
SINCE_COMPLETED = Gauge(
    "bigcommerce.seconds_since_completed_sync",
    "seconds",
    ("store",),
    "Age of the products in the CRM: time since the last completed sync.",
)
LAST_SYNC_DURATION = Gauge(
    "bigcommerce.last_sync_seconds", "seconds", ("store",), "Duration of the last completed sync."
)
ORDERS = Gauge(
    "bigcommerce.orders",
    "orders",
    ("store", "state"),
    "Orders that are not in BigCommerce yet: new (not seen by a push), pending, sending, "
    "uncertain, rejected. Pushed orders are counted by outcome.",
)
REVERSALS = Gauge(
    "bigcommerce.refunds",
    "refunds or cancellations",
    ("store", "kind", "state"),
    "Refunds and cancellations (`kind`) of pushed orders that are not settled: pending, sending, uncertain, "
    "rejected. Those settled are counted by outcome.",
)
FOUND_TWICE = Gauge(
    "bigcommerce.orders_found_twice", "orders", ("store",), "Orders that BigCommerce has more than once."
)
OLDEST_WAITING = Gauge(
    "bigcommerce.oldest_waiting_order_seconds",
    "seconds",
    ("store",),
    "How long the oldest order has been waiting to be sent or looked up; 0 if none waits. Rejected orders, "
    "orders found twice and orders of a type that is switched off do not count: they wait for people.",
)
FINDINGS = Gauge(
    "bigcommerce.reconciliation_findings",
    "orders",
    ("store",),
    "Orders that differ between the CRM and the store, according to the last reconciliation.",
)

METRICS: list[Metric] = [metric for metric in list(globals().values()) if isinstance(metric, Metric)]
