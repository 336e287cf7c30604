"""What is measured: each scenario adds one measurement to the results; repeating it adds another."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from statistics import median

import psycopg

from tools.bench.setting import Setting, dlt_python
from tools.bench.store import PRODUCTS_PER_PAGE, STORE_HASH, TOKEN, Store, running_store

VARIANTS = 5
METAFIELDS_PER_BATCH = 50
# Beyond it, writing back is only more of the same requests, and dlt takes minutes.
LARGEST_WRITTEN_BACK = LARGEST_FOR_DLT = 10_000
# merge keeps and updates rows by key, as a sync does; replace only fills a table anew
DLT_DISPOSITIONS = ("merge", "replace")
BASELINES = ("bare reading", "bare first sync", "COPY", "json", "msgspec")
TABLES = ("campaign_product", "campaign_product_variant")

Measurement = dict[str, float]


class Results:
    """Measurements by what was measured and for how many products (data sources, orders)."""

    def __init__(self) -> None:
        self._measurements: dict[tuple[str, int], list[Measurement]] = {}

    def add(self, what: str, size: int, measurement: Measurement) -> None:
        """One more of its kind."""
        self._measurements.setdefault((what, size), []).append(measurement)

    def __contains__(self, key: tuple[str, int]) -> bool:
        return key in self._measurements

    def median(self, what: str, size: int) -> Measurement:
        """The median of each number measured; KeyError if nothing was."""
        found = self._measurements[what, size]
        return {name: median(one[name] for one in found) for name in found[0]}

    def every(self, what: str, size: int, name: str) -> list[float]:
        """One number of each measurement, ascending; KeyError if nothing was measured."""
        return sorted(one[name] for one in self._measurements[what, size])

    def sizes(self, what: str) -> list[int]:
        """For how many it was measured, ascending."""
        return sorted(size for found, size in self._measurements if found == what)


def measure_size(setting: Setting, results: Results, products: int) -> None:
    """First, unchanged and 1 % changed sync, and beside them the baselines, for one size of store."""
    writes_back = products <= LARGEST_WRITTEN_BACK
    with (
        tempfile.TemporaryDirectory(prefix="bench-pages-") as name,
        running_store(setting.folder, products=products, variants=VARIANTS) as store,
        setting.fresh_database() as crm_url,
    ):
        folder = Path(name)
        store.save_pages(folder)
        _measure_sync(setting, results, store, crm_url, "first sync", products, writes_back=writes_back)
        _save_rows(crm_url, folder)
        _measure_sync(setting, results, store, crm_url, "unchanged", products, writes_back=writes_back)
        store.change_products(every=100)
        _measure_sync(setting, results, store, crm_url, "1 % changed", products, writes_back=writes_back)
        reached: dict[str, str] = {
            "CRM_DATABASE_URL": crm_url,
            "BENCH_STORE_URL": f"{store.url}/stores/{STORE_HASH}",
            "BENCH_STORE_TOKEN": TOKEN,
        }
        for baseline in BASELINES:
            done = setting.run("baselines", baseline, folder, **reached)
            results.add(baseline, products, {**done["total"], "peak_memory": done["peak_memory"]})
        if products <= LARGEST_FOR_DLT:
            for disposition in DLT_DISPOSITIONS:
                done = setting.run(
                    "dlt_load",
                    folder / f"dlt-{disposition}",
                    disposition,
                    python=dlt_python(),
                    **reached,
                    RUNTIME__DLTHUB_TELEMETRY="false",
                )
                peak = {"peak_memory": done["peak_memory"]}
                results.add(f"dlt {disposition}", products, {**done["total"], **peak})


def measure_lanes(setting: Setting, results: Results, products: int, seconds_a_page: float) -> None:
    """The catalogue read from a distant store, one request at a time and three at a time."""
    with running_store(setting.folder, products=products, variants=1, latency=seconds_a_page) as store:
        for lanes in (1, 3):
            with setting.fresh_database() as crm_url:
                connections = {"AIRFLOW_CONN_CRM_DB": crm_url, **store.connection(requests_in_flight=lanes)}
                done = setting.run("one_sync", STORE_HASH, **connections)
            results.add(f"{lanes} in flight", products, done["reading"])


def _measure_sync(
    setting: Setting,
    results: Results,
    store: Store,
    crm_url: str,
    what: str,
    products: int,
    *,
    writes_back: bool,
) -> None:
    store.forget_requests()
    rows_before = _rows_written(crm_url)
    options = ["--write-back"] if writes_back else []
    options += [] if what == "unchanged" else ["--translates"]
    connections = {"AIRFLOW_CONN_CRM_DB": crm_url, **store.connection()}
    done = setting.run("one_sync", STORE_HASH, *options, **connections)
    reads, writes = store.requests()
    rows_after = _rows_written(crm_url)
    measurement = {
        name: done["reading"][name] + done["loading"][name] for name in ("seconds", "cpu", "postgres_cpu")
    }
    measurement["peak_memory"] = done["peak_memory"]
    measurement["requests"] = reads
    measurement["least"] = math.ceil(products / PRODUCTS_PER_PAGE)
    measurement["rows_written"] = sum(rows_after[table] - rows_before[table] for table in TABLES)
    measurement["start_up_cpu"] = done["start_up_cpu"]
    results.add(what, products, measurement)
    if writes_back:
        fields = rows_after["variant_custom_field"] - rows_before["variant_custom_field"]
        details = {"requests": writes, "least": math.ceil(fields / METAFIELDS_PER_BATCH), "fields": fields}
        peak = {"peak_memory": done["peak_memory"]}
        results.add(f"{what}: write-back", products, {**done["write_back"], **peak, **details})


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
