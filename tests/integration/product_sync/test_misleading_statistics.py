"""What Postgres believes of tables may be wrong by any factor; still, the work grows with the rows.

An ANALYZE, be it autovacuum's, that ran before many rows were committed, or after as many were rolled back,
leaves such statistics.
"""

from __future__ import annotations

import random
from typing import Any

import psycopg
import pytest

from include.crm import price_batches
from include.crm.sync_options import SyncOptions
from include.product_sync import price_changes, price_file_check
from include.product_sync.load import load
from tests.support.catalogues import Product, Published, Variant
from tests.support.query_cost import rows_visited

PRODUCTS = 600
# A query may visit each row of the catalogue so many times, in all of its joins together.
VISITS = 60

# As if a store of three products were all; as if hardly a row were left where many had been.
STATISTICS = {"for a tiny store": (3, 1), "after a rollback": (1, 1_000)}


def catalogue(products: int = PRODUCTS, name: str = "P", recreated: int = 0) -> list[Product]:
    def variants(number: int) -> tuple[Variant, ...]:
        first = 10 * number + recreated
        return tuple(Variant(first + each, f"S-{number}-{each}", f"{number % 90 + 1}.00") for each in (1, 2))

    return [Product(number, variants(number), f"{name}{number}") for number in range(100, 100 + products)]


def mislead(crm_url: str, tuples: int, pages: int) -> None:
    with psycopg.connect(crm_url, autocommit=True) as crm:
        crm.execute(
            """UPDATE pg_class SET reltuples = %s, relpages = %s
               WHERE relnamespace = 'crm'::regnamespace AND relkind = 'r'""",
            [tuples, pages],
        )


def assert_is_linear(visited: dict[str, int], rows: int) -> None:
    excessive = {text[:200]: number for text, number in visited.items() if number > VISITS * rows}
    assert visited
    assert excessive == {}


@pytest.mark.parametrize(("tuples", "pages"), STATISTICS.values(), ids=STATISTICS.keys())
def test_publication_takes_work_in_proportion_to_the_catalogue(crm_url: str, tuples: int, pages: int) -> None:
    with psycopg.connect(crm_url) as crm:
        Published(crm).sync(*[Product(1, (Variant(1),))])
        shop = Published(crm)
    catalogues = [
        catalogue(),
        catalogue(),
        catalogue(name="renamed "),
        catalogue(PRODUCTS // 2),
        catalogue(PRODUCTS, name="back "),
        catalogue(PRODUCTS, name="back ", recreated=1_000_000),
    ]
    for products in catalogues:
        # a connection of its own, as each step of a sync has
        with psycopg.connect(crm_url) as crm:
            shop.crm = crm
            run = shop.read(products, SyncOptions(allow_mass_removal=True), per_page=250)
            mislead(crm_url, tuples, pages)
            with rows_visited(crm) as visited:
                load(crm, run)
            assert_is_linear(visited, 3 * PRODUCTS)


@pytest.mark.parametrize(("tuples", "pages"), STATISTICS.values(), ids=STATISTICS.keys())
def test_prices_take_work_in_proportion_where_the_connection_knew_a_tiny_campaign(
    crm_url: str, monkeypatch: pytest.MonkeyPatch, tuples: int, pages: int
) -> None:
    """A pooled connection keeps the plans by which it checks foreign keys."""
    monkeypatch.setattr(price_batches, "MANY_CHANGES", PRODUCTS)
    with psycopg.connect(crm_url) as crm:
        shop = Published(crm)
        shop.sync(*catalogue(3))
        crm.execute("ALTER TABLE crm.campaign_product_variant SET (autovacuum_enabled = false)")
        crm.commit()
        mislead(crm_url, tuples, pages)
        for cents in range(4):
            change_and_undo(crm, [f"S-100-1,5.{cents + 10}"])
        crm.execute(
            """INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku,
                   name, options, price, purchasing_disabled, content_hash)
               SELECT 1, 10000 + place, 'M-' || place, 'Tea', '[]', 10, false, ''
               FROM generate_series(1, %s) place""",
            [PRODUCTS],
        )
        crm.commit()
        numbers = random.Random(1).sample(range(1, PRODUCTS + 1), PRODUCTS)
        with rows_visited(crm) as visited:
            change_and_undo(crm, [f"M-{number},{number}.50" for number in numbers])
        assert_is_linear(visited, PRODUCTS)


def change_and_undo(crm: psycopg.Connection[Any], lines: list[str]) -> None:
    """As a person does on the page: import a file, apply the preview, undo it."""
    data = "\n".join(["sku,override_price", *lines]).encode()
    batch = price_file_check.preview_import(crm, 1, data, "prices.csv", "Ann")
    applied = price_changes.apply(crm, 1, batch.price_batch_id, "Ann")
    assert price_changes.undo(crm, 1, applied.price_batch_id, "Ann").changes == len(lines)
    crm.commit()
