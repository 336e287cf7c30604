"""How large the CRM's database grows: `python -m tools.bench.database`; docs/sizing.md goes by it.

Not part of `make bench`: sizes do not depend on the machine, and change only with the schema.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from tools.bench.orders import place_orders, tidy
from tools.bench.store import STORE_HASH, running_store
from tools.bench.testbed import Testbed, running_testbed

VARIANTS = 5
CATALOGUE = ("campaign_product", "campaign_product_variant", "variant_custom_field")
LEDGER = ("order_push", "order_push_attempt")


def main() -> None:
    """Sync and push with the real code, and ask Postgres after each how large its tables are."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.database", description=__doc__)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--orders", type=int, default=10_000)
    options = parser.parse_args()
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="bench-") as name, running_testbed(Path(name)) as testbed:
        console.print(_measure(testbed, options.products, options.orders))


def _measure(testbed: Testbed, products: int, orders: int) -> Table:
    table = Table("measured", "MB", "bytes", "for each", "peak memory, MB")
    variants = products * VARIANTS
    with (
        running_store(testbed.folder, products=products, variants=VARIANTS) as store,
        testbed.fresh_database() as crm_url,
    ):
        connections = {"AIRFLOW_CONN_CRM_DB": crm_url, **store.connection()}

        def add(
            name: str, tables: tuple[str, ...], number: int, what: str, peak_memory: float | None = None
        ) -> None:
            size = _bytes(crm_url, tables)
            memory = f"{peak_memory / 1e6:.0f}" if peak_memory else ""
            table.add_row(name, f"{size / 1e6:.1f}", f"{size / number:,.0f}", what, memory)

        first = testbed.run("one_sync", STORE_HASH, "--write-back", **connections)
        add("catalogue after the first sync", CATALOGUE, variants, "variant", first["peak_memory"])
        # the pages are gone by then, but not yet the space they took
        add("pages kept during a sync", ("catalogue_page",), products, "product")
        store.change_products(every=1)
        changed = testbed.run("one_sync", STORE_HASH, "--write-back", **connections)
        add(
            "catalogue after a sync that changed a price of each product",
            CATALOGUE,
            variants,
            "variant",
            changed["peak_memory"],
        )
        with psycopg.connect(crm_url) as crm:
            row = crm.execute("SELECT avg(pg_column_size(run.*)) FROM crm.sync_run run").fetchone()
            assert row is not None
            table.add_row("history", "", f"{row[0]:,.0f}", "sync", "")
            changes = crm.execute("SELECT count(*) FROM crm.sync_change").fetchone()
            assert changes is not None
        add("changes of syncs", ("sync_change",), int(changes[0]), "change")
        with psycopg.connect(crm_url) as crm:
            place_orders(crm, orders)
        tidy(crm_url)
        add("orders of the CRM", ("customer_order", "customer_order_line"), orders, "order")
        store.sell_without_stock()
        pushed = testbed.run("one_push", STORE_HASH, **connections)
        add("ledger of the order push", LEDGER, orders, "order", pushed["peak_memory"])
    return table


def _bytes(crm_url: str, tables: tuple[str, ...]) -> int:
    """With their indexes and what is stored out of line."""
    with psycopg.connect(crm_url) as crm:
        row = crm.execute(
            "SELECT sum(pg_total_relation_size(('crm.' || name)::regclass)) FROM unnest(%s::text[]) name",
            [list(tables)],
        ).fetchone()
    assert row is not None
    return int(row[0])


if __name__ == "__main__":
    main()
