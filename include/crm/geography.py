"""crm.store_geography: the countries and states that each store lists, read rarely and kept here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from include.crm.database import execute, fetch_all, fetch_one

Connection = psycopg.Connection[Any]

KEEP_DAYS = 7
# After a request that failed. Together with KEEP_DAYS this bounds the requests of a week.
RETRY_AFTER_DAYS = 2


@dataclass(frozen=True)
class StoreCountry:
    """A country by its ISO 3166-1 alpha-2 code, and the store's name of it."""

    country_code: str
    name: str


@dataclass(frozen=True)
class StoreState:
    """A state by the store's name and abbreviation."""

    country_code: str
    name: str
    state_code: str


@dataclass(frozen=True)
class StoreGeography:
    """The lists of one store; where `is_complete` is False, states may be missing."""

    countries: Sequence[StoreCountry]
    states: Sequence[StoreState]
    is_complete: bool


def claim(crm: Connection, data_source_id: int) -> bool:
    """Whether the lists should be read now, and by the caller. The caller commits before it reads them."""
    row = fetch_one(
        crm,
        "geography/claim",
        data_source_id=data_source_id,
        keep_days=KEEP_DAYS,
        retry_after_days=RETRY_AFTER_DAYS,
    )
    return row is not None


def replace(crm: Connection, data_source_id: int, geography: StoreGeography) -> None:
    """Keep these lists instead of the old ones."""
    with crm.transaction():
        execute(crm, "geography/forget", data_source_id=data_source_id)
        execute(
            crm,
            "geography/add",
            data_source_id=data_source_id,
            is_complete=geography.is_complete,
            country_codes=[country.country_code for country in geography.countries],
            country_names=[country.name for country in geography.countries],
            state_countries=[state.country_code for state in geography.states],
            state_names=[state.name for state in geography.states],
            state_codes=[state.state_code for state in geography.states],
        )


def read(crm: Connection, data_source_id: int) -> StoreGeography | None:
    """The lists of one store; None if they were never read."""
    row = fetch_one(crm, "geography/read", data_source_id=data_source_id)
    if row is None:
        return None
    countries = fetch_all(crm, "geography/countries", data_source_id=data_source_id)
    states = fetch_all(crm, "geography/states", data_source_id=data_source_id)
    return StoreGeography(
        [StoreCountry(**country) for country in countries],
        [StoreState(**state) for state in states],
        row["is_complete"],
    )
