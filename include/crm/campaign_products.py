"""A campaign's products and variants as people look at them: view-only, but for the override price."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import psycopg

from include.crm.database import fetch_all, fetch_one, query

Connection = psycopg.Connection[Any]
# What a listing shows; crm.campaign_product_mark says what each means.
Mark = Literal["all", "overridden", "removed", "sku", "not written"]
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Wanted:
    """Which products of a campaign: those with a mark, and a name, a SKU or an id that `search` may mean."""

    campaign_id: int
    mark: Mark = "all"
    search: str = ""

    @property
    def parameters(self) -> dict[str, object]:
        """Of sql/queries/campaign_products/page.sql and export.sql."""
        text = self.search.replace("\0", "").strip()  # Postgres has no text with a NUL in it
        literal = re.sub(r"([\\%_])", r"\\\1", text)
        numbers = re.fullmatch(r"(?:(\d+)\.)?(\d+)", text)
        number, variant_number = (numbers[1] or numbers[2], numbers[2]) if numbers else (None, None)
        return {
            "campaign_id": self.campaign_id,
            "mark": self.mark,
            "anywhere": f"%{literal}%" if text else None,
            "beginning": f"{literal.lower()}%" if text else None,
            "number": _id(number),
            "variant_number": _id(variant_number),
        }


def page(crm: Connection, wanted: Wanted, *, after: int = 0, limit: int) -> list[dict[str, Any]]:
    """At most `limit` products whose id is above `after`, by id."""
    return fetch_all(crm, "campaign_products/page", after=after, limit=limit, **wanted.parameters)


def get(crm: Connection, campaign_id: int, campaign_product_id: int) -> dict[str, Any] | None:
    """One product of a campaign, as `page` gives it."""
    return fetch_one(
        crm, "campaign_products/get", campaign_id=campaign_id, campaign_product_id=campaign_product_id
    )


def variants(
    crm: Connection, data_source_id: int, campaign_product_ids: list[int], *, limit: int | None = None
) -> dict[int, list[dict[str, Any]]]:
    """Variants by product id, at most `limit` of each product; `siblings` is how many the product has.

    `is_pending`: its custom field is yet to be written back. `override_changed_by` and `_at` are of the last
    change of its override price.
    """
    rows = fetch_all(
        crm,
        "campaign_products/variants",
        data_source_id=data_source_id,
        campaign_product_ids=campaign_product_ids,
        limit=limit,
    )
    found: dict[int, list[dict[str, Any]]] = {each: [] for each in campaign_product_ids}
    for row in rows:
        found[row["campaign_product_id"]].append(row)
    return found


def set_override_price(
    crm: Connection, campaign_id: int, variant_detail_id: int, price: Decimal | None, changed_by: str
) -> dict[str, Any] | None:
    """Override a variant's price, or with None go back to the synced one; None if it is not there."""
    return fetch_one(
        crm,
        "campaign_products/override",
        campaign_id=campaign_id,
        variant_detail_id=variant_detail_id,
        price=price,
        changed_by=changed_by,
    )


def override_history(crm: Connection, campaign_id: int, variant_detail_id: int) -> list[dict[str, Any]]:
    """Every change of a variant's override price, newest first: price_before, price_after, by whom, when."""
    return fetch_all(
        crm,
        "campaign_products/override_history",
        campaign_id=campaign_id,
        variant_detail_id=variant_detail_id,
    )


def export(crm: Connection, wanted: Wanted) -> Iterator[bytes]:
    """All variants of the products wanted as CSV, in blocks, as fast as Postgres makes them."""
    with crm.cursor() as cursor, cursor.copy(query("campaign_products/export"), wanted.parameters) as copy:
        for block in copy:
            yield bytes(block)


def _id(digits: str | None) -> int | None:
    return int(digits) if digits and int(digits) <= LARGEST_ID else None
