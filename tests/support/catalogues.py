"""Small catalogues for tests: written down briefly, published through the real load step, read back."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import psycopg

from include.bigcommerce import catalog
from include.bigcommerce.products import id_in
from include.crm import catalogue_pages, sync_runs
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.product_sync.extract import without_known
from include.product_sync.load import load
from tests.support.crm_rows import fetch_rows

_stores = itertools.count(1)


@dataclass(frozen=True)
class Variant:
    """A variant as the store has it."""

    id: int
    sku: str = "SKU"
    price: str | None = "10.00"
    label: str = ""
    retail_price: str | None = None
    purchasing_disabled: bool = False


@dataclass(frozen=True)
class Product:
    """A product as the store has it."""

    id: int
    variants: tuple[Variant, ...]
    name: str = "Tea"
    is_visible: bool = True
    availability: str = "available"

    def with_variants(self, *variants: Variant) -> Product:
        """The same product with other variants."""
        return replace(self, variants=variants)


@dataclass
class Published:
    """The catalogue of a data source without a store: tests write it down, the load step publishes it."""

    crm: psycopg.Connection[Any]
    store_hash: str = field(default_factory=lambda: f"shop{next(_stores)}")
    data_source_id: int = 0
    currency: str = "EUR"

    def __post_init__(self) -> None:
        row = self.crm.execute(
            "INSERT INTO crm.data_source (store_hash, store_name) VALUES (%s, 'Shop') "
            "RETURNING data_source_id",
            [self.store_hash],
        ).fetchone()
        assert row is not None
        self.data_source_id = row[0]

    def read(self, products: Iterable[Product], options: SyncOptions, per_page: int = 2) -> int:
        """What the extract step leaves behind; the sync_run_id."""
        listed = list(products)
        starts = range(0, len(listed), per_page)
        return self.read_pages([page_body(listed[start : start + per_page]) for start in starts], options)

    def read_pages(self, bodies: Sequence[bytes], options: SyncOptions) -> int:
        """The same of pages as the store sends them."""
        run = sync_runs.begin(self.crm, self.data_source_id, options, DagRunReference())
        self.crm.execute(
            "UPDATE crm.sync_run SET read_started_at = clock_timestamp(), read_at = clock_timestamp(), "
            "store_name = 'Shop', currency_code = %s, pages = %s WHERE sync_run_id = %s",
            [self.currency, len(bodies), run],
        )
        for number, body in enumerate(bodies, start=1):
            pieces = catalog.split_page(body)
            page = without_known(self.crm, run, [(id_in(piece), piece) for piece in pieces])
            catalogue_pages.add(self.crm, run, number, page, products=len(pieces), total=len(pieces))
        self.crm.commit()
        return run

    def sync(self, *products: Product, **options: Any) -> dict[str, int]:
        """Read and publish; the counts."""
        return load(self.crm, self.read(products, SyncOptions(**options)))

    def variants(self, *, removed: bool = False) -> list[dict[str, Any]]:
        """Variants with their product, those removed or those not, by BigCommerce ids."""
        return fetch_rows(
            self.crm,
            """SELECT product.bigcommerce_product_id, product.name AS product_name, product.is_visible,
                          product.biller_id, product.campaign_product_id, variant.*
                   FROM crm.campaign_product_variant variant
                   JOIN crm.campaign_product product USING (campaign_product_id)
                   JOIN crm.data_source source USING (campaign_id)
                   WHERE source.store_hash = %s AND (variant.removed_at IS NOT NULL) = %s
                   ORDER BY product.bigcommerce_product_id, variant.bigcommerce_variant_id""",
            self.store_hash,
            removed,
        )

    def variant(self, sku: str) -> dict[str, Any]:
        """The one variant with this SKU that is not removed."""
        (found,) = [variant for variant in self.variants() if variant["sku"] == sku]
        return found

    def override(self, sku: str, price: str) -> None:
        """What a user does with Override Price."""
        self.crm.execute(
            "UPDATE crm.campaign_product_variant SET override_price = %s WHERE variant_detail_id = %s",
            [Decimal(price), self.variant(sku)["variant_detail_id"]],
        )
        self.crm.commit()


def parse_products(body: bytes) -> list[catalog.Product | catalog.Unusable]:
    """What becomes of the products of a page of the store, in its order."""
    return [catalog.parse_product(piece) for piece in catalog.split_page(body)]


def page_body(products: Iterable[Product]) -> bytes:
    """A page of GET /v3/catalog/products with variants; prices stay the text they are written as."""
    data = [
        {
            **{"id": product.id, "name": product.name, "type": "physical", "sku": ""},
            **{"is_visible": product.is_visible, "availability": product.availability},
            **{"price": "@1@", "calculated_price": "@1@"},
            **{"sale_price": "@0@", "retail_price": "@0@", "map_price": {}},
            "variants": [
                {
                    **{"id": variant.id, "product_id": product.id, "sku": variant.sku},
                    **{"price": _number(variant.price), "calculated_price": _number(variant.price)},
                    **{"sale_price": None, "retail_price": _number(variant.retail_price)},
                    "purchasing_disabled": variant.purchasing_disabled,
                    "option_values": [
                        {"id": 1, "option_id": 1, "option_display_name": "Kind", "label": variant.label}
                    ]
                    if variant.label
                    else [],
                }
                for variant in product.variants
            ],
        }
        for product in products
    ]
    pagination = {
        "total": len(data),
        "count": len(data),
        "per_page": 250,
        "current_page": 1,
        "total_pages": 1,
    }
    text = json.dumps({"data": data, "meta": {"pagination": pagination}})
    return text.replace('"@', "").replace('@"', "").encode()


def _number(price: str | None) -> str | None:
    return None if price is None else f"@{price}@"
