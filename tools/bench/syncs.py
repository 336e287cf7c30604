"""Product syncs beside their limits and peers: each call adds one measurement of each kind to the results."""

from __future__ import annotations

import math
import tempfile
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import psycopg

from tools.bench.results import Results
from tools.bench.store import PRODUCTS_PER_PAGE, STORE_HASH, TOKEN, Store, running_store
from tools.bench.testbed import Testbed, dlt_python

VARIANTS = 5
METAFIELDS_PER_BATCH = 50
# merge keeps and updates rows by key, as a sync does; replace only fills a table anew
DLT_DISPOSITIONS = ("merge", "replace")
LIMITS = ("bare reading", "bare first sync")
BASELINES = (*LIMITS, "COPY", "json", "msgspec")
TABLES = ("campaign_product", "campaign_product_variant")


def measure_size(testbed: Testbed, results: Results, products: int) -> None:
    """First, unchanged and 1 % changed sync of a store, and beside them the limits and plain parsing."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-pages-") as name,
        running_store(testbed.folder, products=products, variants=VARIANTS) as store,
        testbed.fresh_database() as crm_url,
    ):
        folder = Path(name)
        for number, page in enumerate(store.pages()):
            (folder / f"{number:05}.json").write_bytes(page)
        _measure_sync(testbed, results, store, crm_url, "first sync", products)
        _save_rows(crm_url, folder)
        _measure_sync(testbed, results, store, crm_url, "unchanged", products)
        store.change_products(every=100)
        _measure_sync(testbed, results, store, crm_url, "1 % changed", products)
        _measure_baselines(testbed, results, store, crm_url, BASELINES, products, folder)


def measure_dlt(testbed: Testbed, results: Results, products: int) -> None:
    """The same catalogue by dlt, which has the store and the database to itself, too."""
    with (
        running_store(testbed.folder, products=products, variants=VARIANTS) as store,
        testbed.fresh_database() as crm_url,
        tempfile.TemporaryDirectory(prefix="bench-dlt-") as folder,
    ):
        deque(store.pages(), maxlen=0)
        for disposition in DLT_DISPOSITIONS:
            done = testbed.run(
                "dlt_load",
                Path(folder) / disposition,
                disposition,
                python=dlt_python(),
                **_reached(store, crm_url),
                RUNTIME__DLTHUB_TELEMETRY="false",
            )
            results.add(f"dlt {disposition}", products, {**done["total"], "peak_memory": done["peak_memory"]})


def measure_large(testbed: Testbed, results: Results, products: int) -> None:
    """First and unchanged sync of a large store beside the limits: whether memory and time grow with it.

    Without write-back, which is only more of the same requests, and without dlt, which takes minutes.
    """
    with (
        running_store(testbed.folder, products=products, variants=VARIANTS) as store,
        testbed.fresh_database() as crm_url,
    ):
        deque(store.pages(), maxlen=0)
        for sync in ("first sync", "unchanged"):
            _measure_sync(testbed, results, store, crm_url, sync, products, writes_back=False)
        _measure_baselines(testbed, results, store, crm_url, LIMITS, products)


def measure_lanes(testbed: Testbed, results: Results, products: int, seconds_a_page: float) -> None:
    """The catalogue read from a distant store, one request at a time and three at a time."""
    with running_store(testbed.folder, products=products, variants=1, latency=seconds_a_page) as store:
        for lanes in (1, 3):
            with testbed.fresh_database() as crm_url:
                connections = {"AIRFLOW_CONN_CRM_DB": crm_url, **store.connection(requests_in_flight=lanes)}
                done = testbed.run("one_sync", STORE_HASH, **connections)
            results.add(f"{lanes} in flight", products, done["reading"])


def _measure_sync(
    testbed: Testbed,
    results: Results,
    store: Store,
    crm_url: str,
    what: str,
    products: int,
    *,
    writes_back: bool = True,
) -> None:
    store.forget_requests()
    rows_before = _rows_written(crm_url)
    options = ["--write-back"] if writes_back else []
    options += [] if what == "unchanged" else ["--translates"]
    connections = {"AIRFLOW_CONN_CRM_DB": crm_url, **store.connection()}
    done = testbed.run("one_sync", STORE_HASH, *options, **connections)
    requests = store.requests()
    rows_after = _rows_written(crm_url)
    measurement = {
        name: done["reading"][name] + done["loading"][name] for name in ("seconds", "cpu", "postgres_cpu")
    }
    measurement["peak_memory"] = done["peak_memory"]
    measurement["requests"] = requests.reads
    measurement["least"] = math.ceil(products / PRODUCTS_PER_PAGE)
    measurement["rows_written"] = sum(rows_after[table] - rows_before[table] for table in TABLES)
    measurement["start_up_cpu"] = done["start_up_cpu"]
    measurement["loads_pandas"] = done["loading"]["loads_pandas"]
    results.add(what, products, measurement)
    if writes_back:
        fields = rows_after["variant_custom_field"] - rows_before["variant_custom_field"]
        details = {
            "requests": requests.writes,
            "options": requests.options,
            "least": math.ceil(fields / METAFIELDS_PER_BATCH),
            "fields": fields,
        }
        results.add(f"{what}: write-back", products, {**done["write_back"], **details})


def _measure_baselines(
    testbed: Testbed,
    results: Results,
    store: Store,
    crm_url: str,
    baselines: Sequence[str],
    products: int,
    folder: Path | None = None,
) -> None:
    for baseline in baselines:
        done = testbed.run("baselines", baseline, folder or testbed.folder, **_reached(store, crm_url))
        results.add(baseline, products, {**done["total"], "peak_memory": done["peak_memory"]})


def _reached(store: Store, crm_url: str) -> dict[str, str]:
    """Where those that are not of the product find the store and the database."""
    return {
        "CRM_DATABASE_URL": crm_url,
        "BENCH_STORE_URL": f"{store.url}/stores/{STORE_HASH}",
        "BENCH_STORE_TOKEN": TOKEN,
    }


def _rows_written(crm_url: str) -> dict[str, int]:
    """Rows inserted, updated and deleted so far, by table of the CRM, as Postgres counts them."""
    with psycopg.connect(crm_url) as crm:
        return dict(
            crm.execute(
                "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables "
                "WHERE schemaname = 'crm'"
            ).fetchall()
        )


def _save_rows(crm_url: str, folder: Path) -> None:
    """The rows that a sync made, in the format COPY takes."""
    with psycopg.connect(crm_url) as crm:
        for table in TABLES:
            select = psycopg.sql.SQL("COPY (TABLE crm.{}) TO STDOUT").format(psycopg.sql.Identifier(table))
            with crm.cursor().copy(select) as rows, (folder / f"{table}.copy").open("wb") as file:
                for chunk in rows:
                    file.write(chunk)
