"""What it costs to follow changes in a store: requests, time and memory of syncs of changes."""

from __future__ import annotations

import math

import psycopg

from tools.bench.results import NotMeasured, Results
from tools.bench.store import PRODUCTS_PER_PAGE, STORE_HASH, running_store
from tools.bench.syncs import METAFIELDS_PER_BATCH, VARIANTS
from tools.bench.testbed import Testbed

CHANGED = (1, 100, 1_000)


def measure_changes(testbed: Testbed, results: Results, products: int) -> None:
    """One product of a store changes its price, then 100 do, then 1,000; each time just those are synced."""
    with (
        running_store(testbed.folder, products=products, variants=VARIANTS) as store,
        testbed.fresh_database() as crm_url,
    ):
        connections = {"AIRFLOW_CONN_CRM_DB": crm_url, **store.connection()}
        testbed.run("one_sync", STORE_HASH, "--write-back", "--translates", **connections)
        with psycopg.connect(crm_url) as crm:
            rows = crm.execute(
                "SELECT bigcommerce_product_id FROM crm.campaign_product ORDER BY bigcommerce_product_id"
            ).fetchall()
        product_ids = [row[0] for row in rows]
        for number in (each for each in CHANGED if each <= products):
            every = products // number
            store.change_products(every)
            store.forget_requests()
            done = testbed.run("one_change", STORE_HASH, *product_ids[::every], **connections)
            if (found := done["counts"]["variants_changed"]) != number:
                raise NotMeasured(f"Of {number} changed prices, {found} were found.")
            requests = store.requests()
            least = 1 + math.ceil(number / PRODUCTS_PER_PAGE)  # the store, for the currency of its prices
            least += math.ceil(done["counts"]["custom_fields_written"] / METAFIELDS_PER_BATCH)
            measurement = {"peak_memory": done["peak_memory"], "options": requests.options, "least": least}
            measurement["requests"] = requests.reads + requests.options + requests.writes
            results.add("changes", number, {**done["total"], **measurement})
