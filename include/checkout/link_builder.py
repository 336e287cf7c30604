"""Makes checkout links for people who put them into mails and advertisements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from include.checkout.basket import Basket, fill_basket
from include.checkout.errors import NoCheckoutAddress
from include.checkout.links import Contents, Item, added_up, build
from include.crm import checkout_variants
from include.crm.data_sources import DataSource
from include.crm.database import Connection


@dataclass(frozen=True)
class CheckoutLink:
    """A link, and what the checkout will show and charge at the moment."""

    link: str
    basket: Basket


def make_checkout_link(crm: Connection, source: DataSource, items: Sequence[Item]) -> CheckoutLink:
    """The link that carries these items of a store.

    Raises NoCheckoutAddress, LinkRefused, and ItemsNotSold, which knows nothing of other stores' products.
    """
    if source.checkout_url is None:
        raise NoCheckoutAddress(source.store_hash)
    items = added_up(items)
    link = build(source.checkout_url, Contents(items))
    found = checkout_variants.read(crm, {item.variant_detail_id for item in items})
    own = {key: variant for key, variant in found.items() if variant.campaign_id == source.campaign_id}
    return CheckoutLink(link, fill_basket(items, own))
