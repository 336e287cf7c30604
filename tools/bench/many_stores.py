"""Orders of many stores, pushed as the tasks of both DAGs push them; the stores have no quota."""

from __future__ import annotations

import psycopg

from include.data_sources.pools import ORDER_POOL_SLOTS
from tools.bench.orders import place_orders, tidy
from tools.bench.results import NotMeasured, Results
from tools.bench.store import running_stores
from tools.bench.testbed import Testbed

STORES = 50
ORDERS_OF_EACH = 20
DAGS = ("schedule", "at-once")


def measure_stores(testbed: Testbed, results: Results, number: int) -> None:
    """Measure so many stores with something due, first for the schedule, then for the push at once."""
    with running_stores(testbed.folder, number=number) as stores, testbed.fresh_database() as crm_url:
        hashes = [store.store_hash for store in stores]
        connections = {"AIRFLOW_CONN_CRM_DB": crm_url}
        for store in stores:
            connections |= store.connection()
        with psycopg.connect(crm_url) as crm:
            crm.execute(
                "INSERT INTO crm.data_source (store_hash, store_name) "
                "SELECT each, each FROM unnest(%s::text[]) each",
                [hashes],
            )
        testbed.run("sync_stores", *hashes, **connections)
        placed: dict[str, set[str]] = {store_hash: set() for store_hash in hashes}
        for dag in DAGS:
            with psycopg.connect(crm_url) as crm:
                for store_hash in hashes:
                    placed[store_hash] |= place_orders(crm, ORDERS_OF_EACH, store_hash)
            tidy(crm_url)
            done = testbed.run("push_stores", dag, ORDER_POOL_SLOTS, **connections)
            if done["stores"] != number:
                raise NotMeasured(f"Of {number} stores with orders, {done['stores']} were found.")
            found = {store.store_hash: store.orders() for store in stores}
            lost = sum(len(placed[each] - found[each].keys()) for each in hashes)
            too_many = sum(found[each].total() - len(placed[each] & found[each].keys()) for each in hashes)
            measurement = {"orders": number * ORDERS_OF_EACH, "tasks": done["tasks"]}
            measurement |= {"lost": lost, "too_many": too_many}
            results.add(f"stores: {dag}", number, {**done["total"], **measurement})
