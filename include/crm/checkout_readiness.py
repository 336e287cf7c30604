"""Which variants the checkout redirect cannot carry, and why: counted, searched and listed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from include.crm.database import Connection, fetch_all
from include.crm.search import containing, searched_text
from include.crm.write_back_value import ids_in

# What each means: the comment of crm.unready_variants.
Reason = Literal["blank SKU", "duplicate SKU", "not written", "not readable", "hidden", "required option"]


@dataclass(frozen=True)
class UnreadyVariant:
    """A variant that cannot be carried, with every reason; the comment of crm.unready_variants says more."""

    campaign_product_id: int
    variant_detail_id: int
    bigcommerce_product_id: int
    bigcommerce_variant_id: int
    name: str
    sku: str
    reasons: list[Reason]


@dataclass(frozen=True)
class Unready:
    """How many variants are not ready: for any reason, and for each of them (one may have several)."""

    variants: int
    by_reason: dict[Reason, int]


@dataclass(frozen=True)
class WantedVariants:
    """Which of them: those with a reason (None: any) whose name, SKU or id `search` may mean."""

    campaign_id: int
    reason: Reason | None = None
    search: str = ""

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters of sql/queries/checkout_readiness/page.sql."""
        number, variant_number = ids_in(searched_text(self.search))
        return {
            "campaign_id": self.campaign_id,
            "reason": self.reason,
            "anywhere": containing(self.search),
            "number": number,
            "variant_number": variant_number,
        }


def count(crm: Connection, campaign_id: int) -> Unready:
    """All of a campaign; it reads every variant once."""
    rows = fetch_all(crm, "checkout_readiness/count", campaign_id=campaign_id)
    found = {row["reason"]: row["variants"] for row in rows}
    return Unready(found.pop(None, 0), found)


def page(
    crm: Connection, wanted: WantedVariants, *, after: int = 0, limit: int
) -> tuple[list[UnreadyVariant], Unready]:
    """At most `limit` of them with a variant_detail_id above `after`, by that id; and the numbers of all."""
    rows = fetch_all(crm, "checkout_readiness/page", after=after, limit=limit, **wanted.parameters)
    counts = rows[0]["counts"]
    found = [
        UnreadyVariant(**{each.name: row[each.name] for each in fields(UnreadyVariant)})
        for row in rows
        if row["variant_detail_id"] is not None
    ]
    return found, Unready(counts.pop("", 0), counts)
