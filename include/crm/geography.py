"""crm.store_geography: the countries and states that each store lists, read rarely and kept here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from include.crm.database import Connection, execute, fetch_all, fetch_one

KEEP_DAYS = 7
# After a request that failed.
RETRY_AFTER_DAYS = 1


@dataclass(frozen=True)
class StoreCountry:
    """A country by its ISO 3166-1 alpha-2 code and the store's name; the database sets `read_at`."""

    country_code: str
    name: str
    read_at: datetime | None = None


@dataclass(frozen=True)
class StoreState:
    """A state by the store's name and abbreviation."""

    country_code: str
    name: str
    state_code: str


@dataclass(frozen=True)
class StoreGeography:
    """The lists of one store; of each country either all states, or none.

    `is_complete`: whether they are the store's whole lists, rather than some countries of them.
    """

    countries: Sequence[StoreCountry]
    states: Sequence[StoreState]
    is_complete: bool


@dataclass(frozen=True)
class Allowance:
    """How many requests may be sent now; `by_country` if the whole lists took too many last time."""

    requests: int
    by_country: bool


def claim(crm: Connection, data_source_id: int, most_requests: int) -> Allowance | None:
    """What the caller may request now to read the lists; None where nothing is to be read.

    All callers together send at most `most_requests` in any KEEP_DAYS. The caller commits before it sends
    any, and then calls `count` with the number that was sent.
    """
    row = fetch_one(
        crm,
        "geography/claim",
        data_source_id=data_source_id,
        most_requests=most_requests,
        keep_days=KEEP_DAYS,
        retry_after_days=RETRY_AFTER_DAYS,
    )
    return Allowance(row["allowed"], row["by_country"]) if row else None


def count(crm: Connection, data_source_id: int, requests: int) -> None:
    """Keep how many requests were sent since the store was last left alone for KEEP_DAYS."""
    execute(crm, "geography/count", data_source_id=data_source_id, requests=requests)


def replace(crm: Connection, data_source_id: int, geography: StoreGeography) -> None:
    """Keep these lists instead of the old ones; if they are not complete, only for the countries in them."""
    codes = [country.country_code for country in geography.countries]
    with crm.transaction():
        execute(
            crm,
            "geography/forget",
            data_source_id=data_source_id,
            all=geography.is_complete,
            country_codes=codes,
        )
        execute(
            crm,
            "geography/add",
            data_source_id=data_source_id,
            is_complete=geography.is_complete,
            country_codes=codes,
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
