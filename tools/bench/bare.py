"""The bare loop to compare with: the same work without retries, checks, reasons, history or a way back.

What a sync costs beyond these is what it costs to be right.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import requests

from tools.bench.meter import measured
from tools.bench.store import PRODUCTS_PER_PAGE

_MERGED = """
CREATE TABLE bare_product (id bigint PRIMARY KEY, name text, sku text, is_visible boolean);
CREATE TABLE bare_variant (
    id bigint PRIMARY KEY, product_id bigint, sku text, options jsonb, price numeric, retail_price numeric,
    purchasing_disabled boolean
);
CREATE TEMPORARY TABLE read_product (LIKE bare_product);
CREATE TEMPORARY TABLE read_variant (LIKE bare_variant);
"""
_MERGE = """
INSERT INTO bare_product SELECT * FROM read_product
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, sku = excluded.sku, is_visible = excluded.is_visible;
INSERT INTO bare_variant SELECT * FROM read_variant
ON CONFLICT (id) DO UPDATE
SET product_id = excluded.product_id, sku = excluded.sku, options = excluded.options, price = excluded.price,
    retail_price = excluded.retail_price, purchasing_disabled = excluded.purchasing_disabled;
"""


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]


class _Identified(msgspec.Struct):
    id: int


class _Variant(msgspec.Struct):
    id: int
    product_id: int
    sku: str
    option_values: msgspec.Raw
    calculated_price: msgspec.Raw
    retail_price: msgspec.Raw
    purchasing_disabled: bool


class _Product(msgspec.Struct):
    id: int
    name: str
    sku: str
    is_visible: bool
    variants: list[_Variant]


def reading(_folder: Path) -> dict[str, float]:
    """Read every page and split it into its products."""
    with measured() as cost:
        for _ in _pages():
            pass
    return cost


def first_sync(_folder: Path) -> dict[str, float]:
    """Read, parse what the CRM needs, COPY and merge into tables with the same keys, in one transaction."""
    product = msgspec.json.Decoder(_Product)
    with measured() as cost, psycopg.connect(os.environ["CRM_DATABASE_URL"]) as crm:
        crm.execute(_MERGED)
        for page in _pages():
            products = [product.decode(piece) for piece in page]
            with crm.cursor().copy("COPY read_product FROM STDIN") as copy:
                for one in products:
                    copy.write_row((one.id, one.name, one.sku, one.is_visible))
            with crm.cursor().copy("COPY read_variant FROM STDIN") as copy:
                for variant in (each for one in products for each in one.variants):
                    copy.write_row(
                        (
                            *(
                                variant.id,
                                variant.product_id,
                                variant.sku,
                                bytes(variant.option_values).decode(),
                            ),
                            *(_number(variant.calculated_price), _number(variant.retail_price)),
                            variant.purchasing_disabled,
                        )
                    )
        crm.execute(_MERGE)
    return cost


def _number(amount: msgspec.Raw) -> str | None:
    text = bytes(amount).decode()
    return None if text == "null" else text


def _pages() -> Iterator[list[msgspec.Raw]]:
    page, identified = msgspec.json.Decoder(_Page), msgspec.json.Decoder(_Identified)
    after = 0
    with requests.Session() as session:
        session.headers["X-Auth-Token"] = os.environ["BENCH_STORE_TOKEN"]
        while True:
            params: dict[str, str | int] = {
                **{"limit": PRODUCTS_PER_PAGE, "include": "variants"},
                **{"sort": "id", "direction": "asc", "id:greater": after},
            }
            answer = session.get(f"{os.environ['BENCH_STORE_URL']}/v3/catalog/products", params=params)
            products = page.decode(answer.content).data
            if not products:
                return
            yield products
            after = identified.decode(products[-1]).id
