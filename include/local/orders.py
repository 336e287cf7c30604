"""Orders for the demo: placed in the CRM as it would itself, pushed by Airflow, read back from the store."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Any

import psycopg
import requests
from psycopg.types.json import Jsonb
from rich.markup import escape
from rich.table import Table

from include.crm import order_ledger
from include.crm.database import execute, fetch_all
from include.local.console import Steps
from include.local.demo_orders.generator import SellableVariant, generate_orders
from include.local.supervisor import SystemFailed
from include.local.system import STORE_HASH, System
from include.order_push.dag_ids import ORDER_PUSH

ORDERS = 40
VARIANTS_SOLD = 200
SHOWN = 3


def order_and_push(system: System, steps: Steps) -> None:
    """Place orders, have them pushed, show how they stand. Raises SystemFailed if the DAG run failed."""
    with psycopg.connect(system.postgres.url("crm"), autocommit=True) as crm:
        with steps.step(f"{ORDERS} orders placed in the CRM"):
            placed = place_orders(crm, STORE_HASH, ORDERS)
        with steps.step("Order push in Airflow") as details:
            run = _push(system)
            details.append(str(run["state"]))
            if run["state"] == "failed":
                raise SystemFailed(f"The order push failed: {run['note']}")
        standing = order_ledger.find(crm, store_hash=STORE_HASH, order_ids=placed, limit=ORDERS)
    table = Table.grid(padding=(0, 2))
    for label, text in [
        ("Orders", f"{ORDERS} placed, {len(standing)} of them to be sent (not tests, pending, declined, …)"),
        ("Pushed", str(run["note"])),
        *[("Rejected", f"order {row.order_id}: {row.reason}") for row in standing if row.state == "rejected"],
        *[("In the store", text) for text in _newest_in_store(system)],
    ]:
        table.add_row(f"  [bold]{label}[/]", escape(text))
    steps.console.print("", table)


def place_orders(crm: psycopg.Connection[Any], store_hash: str, number: int, **columns: object) -> list[int]:
    """Put realistic orders of a store's variants into the CRM, with these columns alike; their ids."""
    sellable = fetch_all(crm, "orders/sellable", store_hash=store_hash, limit=VARIANTS_SOLD)
    variants = [
        SellableVariant(**{name: row[name] for name in SellableVariant.__dataclass_fields__})
        for row in sellable
    ]
    now, first = datetime.now(timezone.utc), sellable[0]
    made = generate_orders(
        first["next_order_id"],
        number,
        variants,
        first["campaign_id"],
        began_at=now - timedelta(minutes=5),
        ended_at=now,
        first_order_id=first["next_order_id"],
        currency=first["currency_code"],
    )
    as_json = partial(Jsonb, dumps=partial(json.dumps, default=str))
    order_ids = []
    with crm.transaction():
        for order in made:
            execute(crm, "orders/add_order", row=as_json({**order.order, "completed_at": None, **columns}))
            for line in order.lines:
                execute(crm, "orders/add_line", row=as_json(line))
            order_ids.append(order.order["order_id"])
    return order_ids


def _push(system: System) -> dict[str, Any]:
    """Start the DAG for this store and wait for its end; the DAG run."""
    run_id = system.airflow.start(ORDER_PUSH, {"store": STORE_HASH})
    while (run := system.airflow.run(ORDER_PUSH, run_id))["state"] not in ("success", "failed"):
        system.check()
        time.sleep(0.2)
    return run


def _newest_in_store(system: System) -> list[str]:
    """The newest orders as the store tells them."""
    answer = requests.get(
        f"{system.store_url}/stores/{STORE_HASH}/v2/orders",
        params={"sort": "id:desc", "limit": str(SHOWN)},
        headers={"X-Auth-Token": system.secrets.store_token},
        timeout=30,
    )
    return [
        f"order {order['id']} = {order['external_order_id']}: {order['status']}, "
        f"{Decimal(order['total_inc_tax']):.2f} {order['currency_code']}"
        for order in (answer.json() if answer.status_code == requests.codes.ok else [])
    ]
