"""Finds a checkout link's items in the CRM: what they cost, or why they cannot be sold. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from include.checkout.errors import ItemsNotSold
from include.checkout.links import Item
from include.crm.checkout_variants import CheckoutVariant
from include.crm.currencies import rounded
from include.outside_text import clean_text

_LONGEST_NAME = 100


@dataclass(frozen=True)
class Line:
    """A quantity of one variant; money is in the currency of its campaign."""

    variant: CheckoutVariant
    quantity: int

    @property
    def amount(self) -> Decimal:
        """What the line costs, rounded once: 3 of 8.325 EUR are 24.98."""
        return rounded(self.variant.price * self.quantity, self.variant.currency_code)


@dataclass(frozen=True)
class Basket:
    """What a shopper buys: lines of one campaign, in the order of the link."""

    campaign_id: int
    currency_code: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """What all lines cost, before shipping and tax."""
        return sum((line.amount for line in self.lines), Decimal(0))


def fill_basket(items: Iterable[Item], variants: Mapping[int, CheckoutVariant]) -> Basket:
    """The items of a link (at least one) as lines; `variants` by variant_detail_id, as the CRM has them now.

    Raises ItemsNotSold with a reason for each item that cannot be sold; then nothing may be sold.
    """
    lines: list[Line] = []
    reasons: dict[str, str] = {}
    for item in items:
        variant = variants.get(item.variant_detail_id)
        campaign_id = lines[0].variant.campaign_id if lines else None
        if variant is None or variant.campaign_product_id != item.campaign_product_id:
            reasons[item.variant] = f"The CRM has no product {item.variant}."
        elif why_not := _why_not(variant, campaign_id):
            reasons[item.variant] = f"{_short(variant.name)} {why_not}."
        else:
            lines.append(Line(variant, item.quantity))
    if reasons:
        raise ItemsNotSold(reasons)
    first = lines[0].variant
    return Basket(first.campaign_id, first.currency_code, tuple(lines))


def _why_not(variant: CheckoutVariant, campaign_id: int | None) -> str:
    """Why a variant cannot be sold with those of a campaign; empty if it can."""
    if variant.is_removed:
        return "is no longer in the shop"
    if variant.purchasing_disabled:
        return "cannot be bought at the moment"
    if variant.unset_option:
        return f"needs a choice of “{_short(variant.unset_option)}”, which no link can carry"
    if campaign_id not in (None, variant.campaign_id):
        return "is from another shop than the items before it, and an order belongs to one shop"
    return ""


def _short(name: str) -> str:
    return clean_text(name, _LONGEST_NAME)
