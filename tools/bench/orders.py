"""Orders pushed to a store whose quota is the limit, and which loses the answers to some of them.

The quota is a real store's, 450 requests, but of a window that is shorter than its 30 s. Requests take what
the sandbox takes for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
from psycopg import sql

from include.crm import demo_orders
from include.crm.database import Connection
from include.local.demo_orders.generator import generate_orders
from include.local.demo_orders.order import CrmOrder
from include.order_push.translate import external_order_id
from tools.bench.results import Results
from tools.bench.store import STORE_HASH, running_store
from tools.bench.testbed import Testbed

QUOTA = 450
SHARE_LOST = 0.01
SEED = 1
PRODUCTS, VARIANTS = 50, 4
VARIANTS_SOLD = 200
SENT_KINDS = {"initial", "rebill"}  # the others are tests, pending, declined …


def measure_order_push(testbed: Testbed, results: Results, orders: int, window_seconds: float) -> None:
    """Measure a push of so many orders that are to be sent, among others that are not."""
    with (
        running_store(testbed.folder, products=PRODUCTS, variants=VARIANTS) as store,
        testbed.fresh_database() as crm_url,
    ):
        connections = {"AIRFLOW_CONN_CRM_DB": crm_url, **store.connection()}
        testbed.run("one_sync", STORE_HASH, **connections)
        with psycopg.connect(crm_url) as crm:
            expected = place_orders(crm, orders)
        tidy(crm_url)
        store.sell_without_stock()
        store.lose_answers(SHARE_LOST, SEED)
        store.limit_requests(QUOTA, window_seconds)
        store.forget_requests()
        done = testbed.run("one_push", STORE_HASH, **connections)
        log = store.request_log()
        store.limit_requests(None, window_seconds)
        in_store = store.orders()
    outcomes = Counter(done["outcomes"])
    sent = [request["began_at"] for request in log if request["method"] == "POST"]
    # pages of 250 orders, each for all that are uncertain; the store's countries and states are read as well
    looked_up = sum(request["method"] == "GET" and request["path"] == "/v2/orders" for request in log)
    results.add(
        "order push",
        orders,
        {
            **done["total"],
            "peak_memory": done["peak_memory"],
            "sent": len(sent),
            "looked_up": looked_up,
            "uncertain": outcomes["uncertain"],
            "throttled": done["throttled"],
            "quota_used": _quota_used([request["began_at"] for request in log], max(sent), window_seconds),
            "lost": len(expected - in_store.keys()),
            "too_many": in_store.total() - len(expected & in_store.keys()),
            "unsettled": orders - done["states"].get("pushed", 0),
        },
    )


def place_orders(crm: Connection, orders: int, store_hash: str = STORE_HASH) -> set[str]:
    """Place orders as the CRM does, and switch on that they are sent; external_order_id of those to send."""
    sold = demo_orders.assortment(crm, store_hash, VARIANTS_SOLD)
    assert sold is not None
    first, now = sold.next_order_id, datetime.now(timezone.utc)
    since = now - timedelta(hours=1)
    # what it takes: of 100 orders 80 are to be sent
    made = generate_orders(
        first,
        orders * 2,
        sold.variants,
        sold.campaign_id,
        began_at=since,
        ended_at=now,
        first_order_id=first,
    )
    placed: list[CrmOrder] = []
    expected: set[str] = set()
    while len(expected) < orders:
        placed.append(order := next(made))
        if order.kind in SENT_KINDS:
            expected.add(external_order_id(order.order["order_id"]))
    _copy(crm, "customer_order", (order.order for order in placed))
    _copy(crm, "customer_order_line", (line for order in placed for line in order.lines))
    crm.execute(
        "UPDATE crm.data_source SET send_initial_orders = true, send_rebill_orders = true, "
        "send_initial_orders_since = %(since)s, send_rebill_orders_since = %(since)s, "
        "send_order_status_id = 11, order_lookup_delay_seconds = 1 WHERE store_hash = %(store_hash)s",
        {"since": since, "store_hash": store_hash},
    )
    crm.commit()
    return expected


def tidy(crm_url: str) -> None:
    """Clean up and count the new orders, as autovacuum soon would."""
    with psycopg.connect(crm_url, autocommit=True) as crm:
        crm.execute("VACUUM ANALYZE crm.customer_order, crm.customer_order_line")


def _copy(crm: Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """The rows' own columns, the same in each row."""
    rows = iter(rows)
    first = next(rows)
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier("crm", table), sql.SQL(", ").join(map(sql.Identifier, first))
    )
    with crm.cursor().copy(into) as copying:
        copying.write_row(list(first.values()))
        for row in rows:
            copying.write_row([row[name] for name in first])


def _quota_used(began: list[float], last_sent: float, window_seconds: float) -> float:
    """Share of the requests that the store would have let through until the window of the last order began.

    A window begins with its first request, as in the sandbox. The last one is left out: it ends with the
    work, not with the quota. NaN if there is no other.
    """
    first, *_ = began = sorted(began)
    window = first
    for at in began:
        if window + window_seconds <= at <= last_sent:
            window = at
    allowed = (window - first) / window_seconds * QUOTA
    return sum(at < window for at in began) / allowed if allowed else float("nan")
