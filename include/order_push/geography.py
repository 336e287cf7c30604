"""Reads and keeps the countries and states of a store: once a week at most, when an order needs them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.geography import MOST_REQUESTS, Geography, GeographyReader
from include.crm import geography
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.geography import StoreCountry, StoreGeography, StoreState
from include.crm.orders import CustomerOrder
from include.order_push.addresses import one_line
from include.order_push.places import Places

log = logging.getLogger(__name__)


def known_places(crm: Connection, source: DataSource) -> Places:
    """The places of the store as they were last read, without asking it."""
    return Places(geography.read(crm, source.data_source_id))


def current_places(
    crm: Connection, client: StoreClient, source: DataSource, orders: Iterable[CustomerOrder]
) -> Places:
    """The places of the store, read again if they are old; `crm` is in no transaction.

    Where a store's lists are too long, the countries of these orders are read. Never raises a
    BigCommerceError: where the store does not answer, the last lists count, or else ISO 3166.
    """
    if allowance := geography.claim(crm, source.data_source_id, MOST_REQUESTS):
        crm.commit()
        reader = GeographyReader(client, allowance.requests)
        codes = _most_wanted(orders, geography.read(crm, source.data_source_id))
        try:
            listed = reader.read(codes, by_country=allowance.by_country)
        except BigCommerceError as error:
            log.warning(
                "The countries and states of %s could not be read (%s, status %s); orders go on without.",
                source.store_name,
                type(error).__name__,
                error.status,
            )
        else:
            is_whole = listed.is_complete and listed.countries
            # lists cut short because earlier attempts used up the requests say nothing about the store
            is_too_long = allowance.by_country or allowance.requests == MOST_REQUESTS
            if is_whole or (is_too_long and not listed.is_complete):
                geography.replace(crm, source.data_source_id, _as_kept(listed))
        geography.count(crm, source.data_source_id, MOST_REQUESTS - reader.left)
        crm.commit()
    return known_places(crm, source)


def _most_wanted(orders: Iterable[CustomerOrder], known: StoreGeography | None) -> list[str]:
    """Codes of the orders' countries: never read before read long ago, and frequent before rare."""
    addresses = [each for order in orders for each in (order.billing, order.shipping) if each]
    named = Counter(Places().country(one_line(address.country)) for address in addresses)
    codes = [country[0] for country, _ in named.most_common() if country]
    read_at = {country.country_code: country.read_at for country in known.countries} if known else {}
    return sorted(codes, key=lambda code: ((at := read_at.get(code)) is not None, at and at.timestamp()))


def _as_kept(listed: Geography) -> StoreGeography:
    return StoreGeography(
        [StoreCountry(country.code, country.name) for country in listed.countries],
        [StoreState(state.country_code, state.name, state.code) for state in listed.states],
        listed.is_complete,
    )
