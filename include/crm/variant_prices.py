"""Variants with both of their prices: those that a file names, people selected or a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from include.crm.campaign_products import WantedProducts
from include.crm.database import Connection, fetch_all
from include.outside_text import visible


@dataclass(frozen=True)
class VariantPrice:
    """A variant with its synced price and its override price."""

    variant_detail_id: int
    sku: str
    name: str
    price: Decimal
    override_price: Decimal | None


@dataclass(frozen=True)
class FoundVariant(VariantPrice):
    """A variant that a line names; `has_sku` is False if another SKU stands there beside its id."""

    has_sku: bool


@dataclass(frozen=True)
class NamedVariant:
    """A line of a file names a variant: by an id of ours or of BigCommerce, else by its SKU."""

    line: int
    variant_detail_id: int | None
    bigcommerce_variant_id: int | None
    sku: str | None


def named_variants(
    crm: Connection, campaign_id: int, names: Sequence[NamedVariant]
) -> dict[int, list[FoundVariant]]:
    """The variants that each line may mean, by line; a line that names none is missing."""
    rows = fetch_all(
        crm,
        "price_batches/named_variants",
        campaign_id=campaign_id,
        lines=[each.line for each in names],
        variant_detail_ids=[each.variant_detail_id for each in names],
        bigcommerce_variant_ids=[each.bigcommerce_variant_id for each in names],
        skus=[each.sku for each in names],
    )
    found: dict[int, list[FoundVariant]] = {}
    for row in rows:
        found.setdefault(row.pop("line_number"), []).append(FoundVariant(**row))
    return found


def selected_variants(
    crm: Connection, campaign_id: int, variant_detail_ids: Sequence[int]
) -> list[VariantPrice]:
    """Those of the variants that the campaign has, by id."""
    ids = list(variant_detail_ids)
    rows = fetch_all(crm, "price_batches/selected_variants", campaign_id=campaign_id, variant_detail_ids=ids)
    return [VariantPrice(**row) for row in rows]


def wanted_variants(crm: Connection, wanted: WantedProducts, *, limit: int) -> list[VariantPrice]:
    """The variants of the products that a search finds, without removed ones; at most `limit`."""
    rows = fetch_all(crm, "price_batches/wanted_variants", limit=limit, **wanted.parameters)
    return [VariantPrice(**row) for row in rows]


class Named(Protocol):
    """Whatever has a SKU and a name."""

    @property
    def sku(self) -> str:
        """As BigCommerce has it."""

    @property
    def name(self) -> str:
        """Product name with the variant's option labels."""


def known_as(variant: Named) -> str:
    """What people know a variant by: its SKU, or its name if it has none."""
    return visible(variant.sku.strip() or variant.name)
