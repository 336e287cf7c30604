"""Orders of the demo: placed in the CRM, pushed by Airflow, read back from the store."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import psycopg
import requests
from rich.markup import escape
from rich.table import Table

from include.crm import demo_orders, order_ledger
from include.crm.database import Connection
from include.dag_ids import ORDER_PUSH
from include.local.console import Steps
from include.local.demo_orders.generator import COMPLETED, generate_orders
from include.local.supervisor import SystemFailed
from include.local.system import STORE_HASH, System

ORDERS = 40
VARIANTS_SOLD = 200
SHOWN = 3
PATIENCE_SECONDS = 60.0


def order_and_push(system: System, steps: Steps) -> None:
    """Place orders, wait until Airflow has pushed them, and show the result.

    Raises SystemFailed if a push is needed that they did not start, and fails.
    """
    with psycopg.connect(system.postgres.url("crm"), autocommit=True) as crm:
        with steps.step(f"{ORDERS} orders placed in the CRM"):
            placed = place_orders(crm, STORE_HASH, ORDERS)
        with steps.step("Orders pushed by Airflow") as details:
            began = time.monotonic()
            if not _are_pushed_at_once(crm, system, placed):
                _push(system)
            details.append(f"{time.monotonic() - began:.0f} s after they completed")
        selected = order_ledger.find(crm, store_hash=STORE_HASH, order_ids=placed, limit=ORDERS)
    table = Table.grid(padding=(0, 2))
    for label, text in [
        ("Orders", f"{ORDERS} placed, {len(selected)} of them to send (not tests, pending, declined, …)"),
        ("Pushed", str(sum(row.state == "pushed" for row in selected))),
        *[("Rejected", f"order {row.order_id}: {row.reason}") for row in selected if row.state == "rejected"],
        *[("In the store", text) for text in _newest_in_store(system)],
    ]:
        table.add_row(f"  [bold]{label}[/]", escape(text))
    steps.console.print("", table)


def place_orders(
    crm: Connection,
    store_hash: str,
    number: int,
    *,
    completed_at: datetime | None = None,
    **columns: object,
) -> list[int]:
    """Place realistic orders of a store's variants in the CRM and return their ids.

    They are placed within the five minutes before they are completed, which is now without `completed_at`.
    `columns` of crm.customer_order replace those of each order. Raises SystemFailed if nothing is for sale.
    """
    sold = demo_orders.assortment(crm, store_hash, VARIANTS_SOLD)
    if sold is None:
        raise SystemFailed(f"The store {store_hash} has no variant that can be ordered.")
    ended_at = completed_at or datetime.now(timezone.utc)
    orders = generate_orders(
        sold.next_order_id,
        number,
        sold.variants,
        sold.campaign_id,
        began_at=ended_at - timedelta(minutes=5),
        ended_at=ended_at,
        first_order_id=sold.next_order_id,
        currency=sold.currency_code,
    )
    order_ids = []
    with crm.transaction():
        for made in orders:
            row = {**made.order, **columns}
            row["completed_at"] = completed_at if row["order_status"] in COMPLETED else None
            demo_orders.add_order(crm, row, made.lines)
            order_ids.append(made.order["order_id"])
    return order_ids


def _are_pushed_at_once(crm: Connection, system: System, order_ids: list[int]) -> bool:
    """Wait until the push that the orders started has settled them; False if it does not before long."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        system.check()
        rows = order_ledger.find(crm, store_hash=STORE_HASH, order_ids=order_ids)
        if rows and all(row.state in ("pushed", "rejected") for row in rows):
            return True
        time.sleep(0.2)
    return False


def _push(system: System) -> None:
    """Run the order push for this store."""
    run_id = system.airflow.start(ORDER_PUSH, {"store": STORE_HASH})
    while (run := system.airflow.run(ORDER_PUSH, run_id))["state"] not in ("success", "failed"):
        system.check()
        time.sleep(0.2)
    if run["state"] == "failed":
        raise SystemFailed(f"The order push failed: {run['note']}")


def _newest_in_store(system: System) -> list[str]:
    """The newest orders, read from the store."""
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
