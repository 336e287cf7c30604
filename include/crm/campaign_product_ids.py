"""The products that a campaign has now, by their BigCommerce ids, for a sync of changes."""

from __future__ import annotations

from collections.abc import Collection

from include.crm.database import Connection, fetch_all, fetch_one


def among(crm: Connection, campaign_id: int, product_ids: Collection[int]) -> dict[int, int]:
    """Those of these products that the campaign has: our id by BigCommerce's."""
    rows = fetch_all(
        crm, "campaign_product_ids/among", campaign_id=campaign_id, product_ids=list(product_ids)
    )
    return {row["bigcommerce_product_id"]: row["campaign_product_id"] for row in rows}


def others(crm: Connection, campaign_id: int, product_ids: Collection[int], limit: int) -> list[int]:
    """The BigCommerce ids of at most `limit` products that the campaign has besides these, ascending."""
    rows = fetch_all(
        crm,
        "campaign_product_ids/others",
        campaign_id=campaign_id,
        product_ids=list(product_ids),
        limit=limit,
    )
    return [row["bigcommerce_product_id"] for row in rows]


def count_variants(crm: Connection, campaign_id: int, product_ids: Collection[int]) -> tuple[int, int]:
    """How many variants the campaign has, and how many of them belong to these BigCommerce products."""
    row = fetch_one(
        crm, "campaign_product_ids/count_variants", campaign_id=campaign_id, product_ids=list(product_ids)
    )
    assert row is not None
    return row["held"], row["of_these"]
