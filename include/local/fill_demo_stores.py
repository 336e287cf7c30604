"""`python -m include.local.fill_demo_stores`: activates the stores of a demo with many; each gets its story.

The access token is read from standard input. Activation and the last sync of each store are real, but run in
this process, because Airflow takes seconds for each. Only the syncs before that are invented.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta, timezone

from include import airflow_metadata
from include.connections.crm import open_crm
from include.connections.lookup import read_connections_as_server
from include.crm import data_sources, demo_stores, sync_runs
from include.crm.database import Connection
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.data_sources import lifecycle, pausing
from include.errors import ActionableError
from include.local.demo_stores import LIMITED_TOKEN, OLD_TOKEN, PRODUCTS, VARIANTS, DemoStore, stores_of_demo
from include.local.orders import place_orders
from include.order_push import steps as order_push
from include.order_push.run_request import PushRequest
from include.product_sync import steps as product_sync

SYNCS_BEFORE = 12
ORDERS, REJECTED_ORDERS = 6, 3
COMPLETED_HOURS_AGO = 2
SOMEBODY = "Ann"
# Orders to an address in no country, which are rejected; columns of crm.customer_order.
UNKNOWN_COUNTRY = {
    "order_type": "NEW_SALE",
    "order_status": "COMPLETE",
    "is_test": False,
    "country": "Atlantis",
}
# The stores were synced at different times within the last hour.
MINUTES_BETWEEN = 7
LATE_MINUTES = 300


def main() -> int:
    """Fill the stores that are not there yet; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.local.fill_demo_stores", description=__doc__)
    parser.add_argument("number", type=int, help="how many stores")
    parser.add_argument("--base-url", required=True)
    parser.add_argument(
        "--schedules", nargs="*", metavar="STORE_HASH", help="only give these an automatic sync"
    )
    options = parser.parse_args()
    token = sys.stdin.readline().strip()
    read_connections_as_server()
    with open_crm() as crm:
        for store in stores_of_demo(options.number):
            if options.schedules is not None:
                if store.store_hash in options.schedules:
                    _schedule(crm, store)
            elif data_sources.get(crm, store.store_hash) is None:
                _fill(crm, store, options.base_url, token)
            elif airflow_metadata.saved_base_url(store.store_hash) != options.base_url:
                # the sandbox got another port, and a token goes with its address
                airflow_metadata.save_store_connection(store.store_hash, options.base_url, token)
            crm.commit()
    return 0


def _fill(crm: Connection, store: DemoStore, base_url: str, token: str) -> None:
    settings = {"base_url": base_url, "access_token": token, "tags": store.tags, "send_initial_orders": True}
    lifecycle.activate(crm, store.store_hash, settings)
    demo_stores.add_history(
        crm,
        store.store_hash,
        syncs=SYNCS_BEFORE,
        products=PRODUCTS,
        variants=PRODUCTS * VARIANTS,
    )
    crm.commit()
    _sync(store.store_hash)
    match store.story:
        case "revoked token" | "missing scope":
            refused = OLD_TOKEN if store.story == "revoked token" else LIMITED_TOKEN
            airflow_metadata.save_store_connection(store.store_hash, base_url, refused)
            _sync(store.store_hash)
        case "products gone":
            demo_stores.add_lost_products(crm, store.store_hash)
            crm.commit()
            _sync(store.store_hash)
        case "rejected orders":
            # so long ago that Airflow leaves them to this push
            earlier = datetime.now(timezone.utc) - timedelta(hours=COMPLETED_HOURS_AGO)
            placed = [
                *place_orders(crm, store.store_hash, ORDERS, completed_at=earlier),
                *place_orders(
                    crm, store.store_hash, REJECTED_ORDERS, completed_at=earlier, **UNKNOWN_COUNTRY
                ),
            ]
            crm.commit()
            order_push.push(store.store_hash, PushRequest(order_ids=tuple(placed)))
        case "paused":
            pausing.pause(crm, data_sources.required(crm, store.store_hash), SOMEBODY)
    demo_stores.make_older(crm, store.store_hash, store.number * MINUTES_BETWEEN % 55)


def _schedule(crm: Connection, store: DemoStore) -> None:
    lifecycle.update(crm, data_sources.required(crm, store.store_hash), {"auto_sync": "60"})
    if store.story == "late":
        demo_stores.make_older(crm, store.store_hash, LATE_MINUTES)


def _sync(store_hash: str) -> None:
    """Run one product sync; in some stories it has to fail."""
    with product_sync.exclusive(store_hash):
        sync_run_id = product_sync.begin(store_hash, SyncOptions(), DagRunReference())
        try:
            for step in (product_sync.extract, product_sync.load, product_sync.write_back):
                step(sync_run_id)
        except ActionableError as problem:
            with open_crm() as crm:
                sync_runs.fail(crm, sync_run_id, problem.for_run_note, problem.action)
                crm.commit()


if __name__ == "__main__":
    sys.exit(main())
