"""How soon an order is in the store, and a change of the store in the CRM, in a running Airflow."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import psycopg
import requests

from include.connections.crm import LISTENER
from include.crm.database import Connection
from include.local.orders import place_orders
from include.local.supervisor import SystemFailed
from include.local.system import STORE_HASH, System
from tools.bench.results import Results

EVENTS = 20
WARM_UPS = 2
CALLS = 50
PATIENCE_SECONDS = 120
PAID: dict[str, Any] = {
    "order_type": "NEW_SALE",
    "order_status": "COMPLETE",
    "is_test": False,
    "billing_cycle_number": 1,
}
LISTENING = "SELECT FROM pg_stat_activity WHERE application_name = %(name)s"
ANSWERED = "SELECT FROM crm.order_push WHERE order_id = %(order)s AND state IN ('pushed', 'rejected')"
HAS_HOOKS = "SELECT FROM crm.store_hook WHERE is_active"
PRICED = """
    SELECT FROM crm.campaign_product_variant
    WHERE bigcommerce_variant_id = %(variant)s AND price = %(price)s
"""


def measure_orders(system: System, results: Results) -> None:
    """Orders that complete one by one, until the store has answered to each."""
    _update(system, "--send-initial-orders", "--send-order-status", "Awaiting Fulfillment")
    with psycopg.connect(system.postgres.url("crm"), autocommit=True) as crm:
        _wait_for(system, crm, LISTENING, {"name": LISTENER})
        for number in range(WARM_UPS + EVENTS):
            [order_id] = place_orders(crm, STORE_HASH, 1, **PAID)
            seconds = _wait_for(system, crm, ANSWERED, {"order": order_id})
            _add(results, "event: order", number, seconds)


def measure_changes(system: System, results: Results) -> None:
    """Prices that change one by one in the store, which calls its webhooks, until each is in the CRM."""
    _update(system, "--changes-at-once")
    with psycopg.connect(system.postgres.url("crm"), autocommit=True) as crm:
        _wait_for(system, crm, HAS_HOOKS, {})
        row = crm.execute("SELECT min(bigcommerce_variant_id) FROM crm.campaign_product_variant").fetchone()
        assert row is not None
        for number in range(WARM_UPS + EVENTS):
            change = {"variant_id": row[0], "price": str(Decimal(100) + number)}
            url = f"{system.store_url}/_sandbox/catalogue/set_price"
            requests.post(url, json=change, timeout=60).raise_for_status()
            changed = {"variant": row[0], "price": Decimal(100) + number}
            _add(results, "event: change", number, _wait_for(system, crm, PRICED, changed))


def measure_webhook_calls(system: System, results: Results) -> None:
    """How soon Airflow answers to calls of webhooks, sent one by one with the secret that the store has."""
    headers = {"X-Auth-Token": system.secrets.store_token}
    hooks = requests.get(f"{system.store_url}/stores/{STORE_HASH}/v3/hooks", headers=headers, timeout=60)
    hook = hooks.json()["data"][0]
    event: dict[str, object] = {
        "producer": f"stores/{STORE_HASH}",
        "scope": "store/product/updated",
        "store_id": "1",
    }
    event |= {"data": {"type": "product", "id": 1}, "created_at": int(time.time())}
    with requests.Session() as session:
        for number in range(WARM_UPS + CALLS):
            body = json.dumps({**event, "hash": f"call {number}"})
            began = time.perf_counter()
            session.post(hook["destination"], data=body, headers=hook["headers"]).raise_for_status()
            if number >= WARM_UPS:
                results.add("event: call", 1, {"seconds": time.perf_counter() - began})


def _update(system: System, *options: str) -> None:
    done = system.command("include.data_sources", "update", STORE_HASH, *options)
    if done.returncode:
        raise SystemFailed(done.stderr.strip())


def _add(results: Results, what: str, number: int, seconds: float) -> None:
    if number >= WARM_UPS:
        results.add(what, 1, {"seconds": seconds})
    # each at another moment of the triggerer's and the scheduler's own rounds
    time.sleep(random.uniform(1, 3))


def _wait_for(system: System, crm: Connection, query: str, what: Mapping[str, object]) -> float:
    """Seconds until the query finds a row. Raises SystemFailed."""
    began = time.perf_counter()
    while (seconds := time.perf_counter() - began) < PATIENCE_SECONDS:
        if crm.execute(query.encode(), what).fetchone() is not None:
            return seconds
        time.sleep(0.02)
        system.check()
    raise SystemFailed(f"Nothing was found in {PATIENCE_SECONDS} s: {query.strip()} {dict(what)}")
