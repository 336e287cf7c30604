"""A checkout link while somebody puts it together on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from include.checkout.basket import Line
from include.checkout.errors import ItemsNotSold, LinkRefused
from include.checkout.link_builder import CheckoutLink, make_checkout_link
from include.checkout.links import Item, added_up, read_items, write_items
from include.crm.data_sources import DataSource
from include.crm.database import Connection


@dataclass(frozen=True)
class Draft:
    """What is in the link so far, `items` as the link writes them, and why the last step was refused."""

    items: str = ""
    made: CheckoutLink | None = None
    problem: str = ""

    def without(self, line: Line) -> str:
        """The items without those of a line."""
        assert self.made is not None
        kept = (each for each in self.made.basket.lines if each != line)
        return write_items(_item(each) for each in kept)


def draft_of(crm: Connection, source: DataSource, items: str, added: Sequence[Item]) -> Draft:
    """The draft of these items (as a link writes them) with some added, or without them if that cannot be."""
    if source.checkout_url is None or not (items or added):
        return Draft()
    try:
        held = read_items(items) if items else []
        made = make_checkout_link(crm, source, added_up([*held, *added]))
    except (LinkRefused, ItemsNotSold) as refused:
        before = draft_of(crm, source, items, ()) if added else Draft()
        return Draft(before.items, before.made, refused.sentence)
    return Draft(write_items(_item(line) for line in made.basket.lines), made)


def _item(line: Line) -> Item:
    return Item(line.variant.campaign_product_id, line.variant.variant_detail_id, line.quantity)
