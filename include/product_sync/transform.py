"""Part of step 2: turns BigCommerce's products into rows of campaign products and variants. No I/O.

A product or variant that cannot be used becomes a row with the reason, and affects no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pandas as pd

from include.bigcommerce.product_records import OptionValue, Product, Unusable
from include.bigcommerce.unusable_reasons import SAVE_AGAIN
from include.product_sync.price_choice import choose_prices, unusable_prices

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
# Postgres stores no NUL in text.
NUL = "\x00"
# BigCommerce allows 250 characters for a name and 255 for an SKU; more must not overflow an index of the CRM.
LONGEST_SKU = 255
LONGEST_NAME = 1_000
UNSTORABLE = "A name or SKU holds a NUL character; type it again in BigCommerce and sync again."

SKU_TOO_LONG = f"The SKU has more than {LONGEST_SKU} characters; shorten it in BigCommerce and sync again."


@dataclass(frozen=True)
class CampaignRows:
    """One page, translated: products, variants, and what cannot be used with the reason."""

    products: pd.DataFrame
    variants: pd.DataFrame
    quarantined: pd.DataFrame


def translate(items: Iterable[Product | Unusable]) -> CampaignRows:
    """Rows for the campaign from what `bigcommerce.products.parse_product` makes of each."""
    quarantined: list[tuple[int | None, int | None, str, str]] = []
    products: list[Product] = []
    for item in items:
        if isinstance(item, Unusable):
            quarantined.append(_skipped(item))
        elif NUL in item.name + item.sku:
            quarantined.append((item.id, None, "", UNSTORABLE))
        elif not item.variants and not item.unusable:
            quarantined.append(
                (
                    item.id,
                    None,
                    _cut(item.sku, LONGEST_SKU),
                    f"The product has no variant, so nothing of it can be sold; {SAVE_AGAIN}",
                )
            )
        else:
            products.append(item)
            quarantined.extend(map(_skipped, item.unusable))
    variants = _variants(products)
    unusable = (variants["reason"] != "").to_numpy()
    quarantined.extend(
        (product_id, variant_id, _shown(sku), reason)
        for product_id, variant_id, sku, reason in variants[unusable][QUARANTINE_COLUMNS].to_numpy()
    )
    return CampaignRows(
        products=_products(products),
        variants=variants[VARIANT_COLUMNS][~unusable],
        quarantined=pd.DataFrame(quarantined, columns=QUARANTINE_COLUMNS, dtype=object),
    )


def _skipped(item: Unusable) -> tuple[int | None, int | None, str, str]:
    return item.product_id, item.variant_id, _shown(item.sku), item.reason


def _shown(sku: str) -> str:
    """A SKU of any length and content, as Postgres takes it."""
    return _cut(sku.replace(NUL, ""), LONGEST_SKU)


def _products(products: list[Product]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            (
                product.id,
                _cut(product.name, LONGEST_NAME),
                _cut(product.sku, LONGEST_SKU),
                product.is_visible,
            )
            for product in products
        ],
        columns=PRODUCT_COLUMNS[:-1],
    )
    frame["content_hash"] = _content_hash(frame, texts=["name", "sku"], flags=["is_visible"])
    return frame


def _variants(products: list[Product]) -> pd.DataFrame:
    options_of = cache(_options)  # products share most of them: size M, colour blue
    frame = pd.DataFrame(
        [
            (
                product.id,
                variant.id,
                variant.sku,
                _cut(f"{product.name} - {options.label}" if options.label else product.name, LONGEST_NAME),
                options.json,
                variant.calculated_price,
                variant.price,
                variant.retail_price,
                product.calculated_price,
                product.price,
                product.retail_price,
                variant.purchasing_disabled or product.purchasing_disabled,
                product.id if variant.product_id is None else variant.product_id,
                options.is_storable and NUL not in variant.sku,
            )
            for product in products
            for variant in product.variants
            for options in (options_of(variant.option_values),)
        ],
        columns=[
            *("bigcommerce_product_id", "bigcommerce_variant_id", "sku", "name", "options"),
            *("calculated_price", "price", "retail_price"),
            *("product_calculated_price", "product_price", "product_retail_price"),
            *("purchasing_disabled", "own_product_id", "is_storable"),
        ],
        dtype=object,
    )
    paid, compare_at = choose_prices(frame)
    frame["reason"] = _why_unusable(frame, paid)
    frame["price"], frame["compare_at_price"] = paid, compare_at
    frame["content_hash"] = _content_hash(
        frame,
        texts=["sku", "name", "options"],
        prices=["price", "compare_at_price"],
        flags=["purchasing_disabled"],
    )
    return frame


class _Options(NamedTuple):
    """The options of a variant, as its name ends and as JSON; `is_storable`: whether Postgres takes them."""

    label: str
    json: str
    is_storable: bool


def _options(values: tuple[OptionValue, ...]) -> _Options:
    texts = [
        {"name": _cut(each.option_display_name, LONGEST_NAME), "value": _cut(each.label, LONGEST_NAME)}
        for each in values
    ]
    return _Options(
        " / ".join([each.label for each in values]),
        msgspec.json.encode(texts).decode(),
        all(NUL not in each.option_display_name + each.label for each in values),
    )


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _why_unusable(frame: pd.DataFrame, paid: Any) -> Any:
    """Row by row the reason, empty for a variant that can be used."""
    unstorable = ~frame["is_storable"].to_numpy(dtype=bool)
    too_long = np.fromiter(map(len, frame["sku"]), dtype=int, count=len(frame)) > LONGEST_SKU
    foreign = (frame["own_product_id"] != frame["bigcommerce_product_id"]).to_numpy()
    repeated = frame.duplicated(["bigcommerce_product_id", "bigcommerce_variant_id"]).to_numpy()
    found = [
        (unstorable, UNSTORABLE),
        (too_long, SKU_TOO_LONG),
        (foreign, "The variant says that it belongs to another product; fix or delete it in BigCommerce."),
        (repeated, "The variant is listed twice below its product; fix or delete it in BigCommerce."),
        *unusable_prices(paid),
    ]
    reasons = np.full(len(frame), "", dtype=object)
    for rows, reason in reversed(found):
        reasons[rows] = reason
    return reasons


def _content_hash(
    frame: pd.DataFrame, *, texts: Sequence[str], prices: Sequence[str] = (), flags: Sequence[str]
) -> list[bytes]:
    """One hash a row. 10 and 10.00 are the same price, so prices go in without trailing zeros."""
    columns: list[Iterable[str]] = [frame[column].tolist() for column in texts]
    columns += [map(_as_text, frame[column].tolist()) for column in prices]
    columns += [map(str, frame[column].tolist()) for column in flags]
    return [blake2b("\x1f".join(row).encode(), digest_size=16).digest() for row in zip(*columns, strict=True)]


def _as_text(price: Decimal | None) -> str:
    return str(price if price is None else price.normalize())
