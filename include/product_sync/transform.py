"""Step 2: products as BigCommerce tells them become rows of campaign products and variants. No I/O.

Which price: what a shopper pays in BigCommerce, the variant's calculated_price; where the store leaves it
open, the variant's own price, else the product's. The compare-at price is the list price if it is higher,
else the retail price if that is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from include.bigcommerce.catalog import Product, Unusable, Variant

PRODUCT_COLUMNS = ["bigcommerce_product_id", "name", "sku", "is_visible", "content_hash"]
VARIANT_COLUMNS = [
    "bigcommerce_product_id",
    "bigcommerce_variant_id",
    "sku",
    "name",
    "options",
    "price",
    "compare_at_price",
    "purchasing_disabled",
    "content_hash",
]
QUARANTINE_COLUMNS = ["bigcommerce_product_id", "bigcommerce_variant_id", "sku", "reason"]
PRICES = ["calculated_price", "price", "product_calculated_price", "product_price"]
RETAIL_PRICES = ["retail_price", "product_retail_price"]
LIST_PRICES = ["price", "product_price"]
NOTHING = Decimal(0)
# No price of a real shop; beyond it a slip of the keyboard would become a charge.
HIGHEST_PRICE = Decimal(10) ** 12
# Postgres cannot hold it in text
NUL = "\x00"
NUL_IN_JSON = "\\u0000"
UNSTORABLE = "A name or SKU holds a NUL character; type it anew in BigCommerce and sync again."


@dataclass(frozen=True)
class CampaignRows:
    """One page, translated: products, variants, and what cannot be used with the reason."""

    products: pd.DataFrame
    variants: pd.DataFrame
    quarantined: pd.DataFrame


def translate(items: Iterable[Product | Unusable]) -> CampaignRows:
    """Rows for the campaign from what `bigcommerce.catalog.parse_products` yields of one page."""
    quarantined: list[tuple[int | None, int | None, str, str]] = []
    products: list[Product] = []
    for item in items:
        if isinstance(item, Unusable):
            quarantined.append((item.product_id, item.variant_id, "", item.reason))
        elif NUL in item.name + item.sku:
            quarantined.append((item.id, None, "", UNSTORABLE))
        elif not item.variants and not item.unusable:
            quarantined.append(
                (item.id, None, item.sku, "The product has no variant, so nothing of it can be sold.")
            )
        else:
            products.append(item)
            quarantined.extend((item.id, one.variant_id, "", one.reason) for one in item.unusable)
    variants = _variants(products)
    unusable = variants["reason"].notna()
    refused = variants.loc[unusable, QUARANTINE_COLUMNS].replace({"sku": NUL}, "", regex=True)
    return CampaignRows(
        products=_products(products),
        variants=variants.loc[~unusable, VARIANT_COLUMNS],
        quarantined=pd.concat(
            [pd.DataFrame(quarantined, columns=QUARANTINE_COLUMNS, dtype=object), refused.astype(object)]
        ),
    )


def _products(products: list[Product]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [(product.id, product.name, product.sku, product.is_visible) for product in products],
        columns=PRODUCT_COLUMNS[:-1],
    )
    frame["content_hash"] = _content_hash(frame, ["name", "sku", "is_visible"])
    return frame


def _variants(products: list[Product]) -> pd.DataFrame:
    frame = pd.DataFrame.from_records(
        [
            (
                product.id,
                variant.id,
                variant.sku,
                _name(product, variant),
                _options(variant),
                variant.calculated_price,
                variant.price,
                variant.retail_price,
                product.calculated_price,
                product.price,
                product.retail_price,
                variant.purchasing_disabled,
                variant.product_id,
            )
            for product in products
            for variant in product.variants
        ],
        columns=[
            *("bigcommerce_product_id", "bigcommerce_variant_id", "sku", "name", "options"),
            *("calculated_price", "price", "retail_price"),
            *("product_calculated_price", "product_price", "product_retail_price"),
            *("purchasing_disabled", "own_product_id"),
        ],
    )
    paid = _first_given(frame, PRICES)
    listed = _first_given(frame, LIST_PRICES)
    retail = _first_given(frame, RETAIL_PRICES)
    frame["reason"] = _why_unusable(frame, paid)
    frame["compare_at_price"] = _where(
        _above(listed, paid), listed, _where(_above(retail, paid), retail, None)
    )
    frame["price"] = paid
    frame["content_hash"] = _content_hash(
        frame, ["sku", "name", "options", "price", "compare_at_price", "purchasing_disabled"]
    )
    return frame


def _name(product: Product, variant: Variant) -> str:
    labels = " / ".join(option.label for option in variant.option_values)
    return f"{product.name} - {labels}" if labels else product.name


def _options(variant: Variant) -> str:
    return msgspec.json.encode(
        [{"name": option.option_display_name, "value": option.label} for option in variant.option_values]
    ).decode()


def _first_given(frame: pd.DataFrame, columns: list[str]) -> Any:
    """Row by row the first of the columns that is not null, else None."""
    values: Any = frame[columns[-1]].to_numpy(dtype=object)
    for column in reversed(columns[:-1]):
        candidate = frame[column].to_numpy(dtype=object)
        values = _where(pd.isna(candidate), values, candidate)
    return values


def _above(amounts: Any, others: Any) -> Any:
    """Row by row whether an amount is higher than the other; null counts as nothing."""
    amounts, others = (_where(pd.isna(values), NOTHING, values) for values in (amounts, others))
    return (amounts > others).astype(bool)


def _where(condition: Any, yes: Any, no: Any) -> Any:
    """np.where, whose types know no columns of Python objects, such as Decimals."""
    return np.where(condition, yes, no)


def _why_unusable(frame: pd.DataFrame, paid: Any) -> pd.Series[Any]:
    unstorable = np.array(
        [
            NUL in text or NUL_IN_JSON in options
            for text, options in zip(frame["sku"] + frame["name"], frame["options"], strict=True)
        ],
        dtype=bool,
    )
    foreign = (frame["own_product_id"] != frame["bigcommerce_product_id"]).to_numpy()
    repeated = frame.duplicated(["bigcommerce_product_id", "bigcommerce_variant_id"]).to_numpy()
    reasons = np.select(
        [unstorable, foreign, repeated, pd.isna(paid), _above(NOTHING, paid), _above(paid, HIGHEST_PRICE)],
        [
            UNSTORABLE,
            "The variant says that it belongs to another product; mend or delete it in BigCommerce.",
            "The variant is listed twice below its product; mend or delete it in BigCommerce.",
            "Neither the variant nor its product has a price; set one in BigCommerce and sync again.",
            "The price is below zero; correct it in BigCommerce and sync again.",
            "The price is above a million million; correct it in BigCommerce and sync again.",
        ],
        default="",
    )
    return pd.Series(reasons, index=frame.index, dtype=object).replace("", None)


def _content_hash(frame: pd.DataFrame, columns: list[str]) -> list[bytes]:
    """One hash a row. 10 and 10.00 are the same price, so numbers go in without trailing zeros."""
    return [
        blake2b(
            "\x1f".join(
                str(value.normalize()) if isinstance(value, Decimal) else str(value) for value in row
            ).encode(),
            digest_size=16,
        ).digest()
        for row in zip(*(frame[column] for column in columns), strict=True)
    ]
