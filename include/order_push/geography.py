"""Keeps the list of countries and states of a store: read at most once a week, when an order needs it."""

from __future__ import annotations

import logging
from typing import Any

import psycopg

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.geography import MOST_REQUESTS, Geography, read_geography
from include.crm import geography
from include.crm.data_sources import DataSource
from include.crm.geography import StoreCountry, StoreGeography, StoreState
from include.order_push.places import Places

log = logging.getLogger(__name__)


def known_places(crm: psycopg.Connection[Any], source: DataSource) -> Places:
    """The places of the store as they were last read, without asking it."""
    return Places(geography.read(crm, source.data_source_id))


def current_places(crm: psycopg.Connection[Any], client: StoreClient, source: DataSource) -> Places:
    """The places of the store, read anew if they are old; `crm` is in no transaction.

    Never raises a BigCommerceError: where the store does not answer, the last lists count, or else ISO 3166.
    """
    if allowed := geography.claim(crm, source.data_source_id, MOST_REQUESTS):
        crm.commit()
        left = [allowed]
        try:
            listed = read_geography(client, left)
        except BigCommerceError as error:
            log.warning(
                "The countries and states of %s could not be read (%s, status %s); orders go on without.",
                source.store_name,
                type(error).__name__,
                error.status,
            )
        else:
            # lists cut short because earlier attempts used up requests would be worse than the old ones
            if listed.countries and (listed.is_complete or allowed == MOST_REQUESTS):
                geography.replace(crm, source.data_source_id, _as_kept(listed))
        geography.count(crm, source.data_source_id, MOST_REQUESTS - max(left[0], 0))
        crm.commit()
    return known_places(crm, source)


def _as_kept(listed: Geography) -> StoreGeography:
    return StoreGeography(
        [StoreCountry(country.code, country.name) for country in listed.countries],
        [StoreState(state.country_code, state.name, state.code) for state in listed.states],
        listed.is_complete,
    )
