"""Reads the countries and states that a store knows (geography.v2.yml of BigCommerce's official files).

An order's address is right when the store lists its country and state. The lists are long but hardly ever
change: 245 countries and 830 states are five requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode

SCOPE = "store_v2_information_read_only"
MOST_REQUESTS = 5
_PER_PAGE = 250
_LONGEST_NAME = 255

_Item = TypeVar("_Item")


class _Country(msgspec.Struct):
    id: Id
    country: str
    country_iso2: str


class _State(msgspec.Struct):
    country_id: Id
    state: str
    state_abbreviation: str | None = None


@dataclass(frozen=True)
class Country:
    """A country as the store spells it; `code` is ISO 3166-1 alpha-2, in capitals."""

    code: str
    name: str


@dataclass(frozen=True)
class State:
    """A state or province as the store spells it; `code` is the store's abbreviation, perhaps empty."""

    country_code: str
    code: str
    name: str


@dataclass(frozen=True)
class Geography:
    """The lists of a store; `is_complete` is False where more states follow than MOST_REQUESTS can read."""

    countries: list[Country]
    states: list[State]
    is_complete: bool


def read_geography(client: StoreClient, left: list[int] | None = None) -> Geography:
    """Read both lists with at most `left[0]` requests. Raises any BigCommerceError.

    `left[0]` is then the number of requests that remain, also after an error; -1 if they did not suffice. No
    request is repeated: orders wait for the answer, and can be sent without it.
    """
    left = [MOST_REQUESTS] if left is None else left
    countries = list(_pages(client, "/v2/countries", msgspec.json.Decoder(list[_Country]), left))
    states = list(_pages(client, "/v2/countries/states", msgspec.json.Decoder(list[_State]), left))
    codes = {country.id: country.country_iso2.strip().upper() for country in countries}
    return Geography(
        [
            Country(codes[country.id], country.country[:_LONGEST_NAME])
            for country in countries
            if _is_code(codes[country.id]) and country.country.strip()
        ],
        [
            State(
                codes[state.country_id],
                (state.state_abbreviation or "")[:_LONGEST_NAME],
                state.state[:_LONGEST_NAME],
            )
            for state in states
            if _is_code(codes.get(state.country_id, "")) and state.state.strip()
        ],
        is_complete=left[0] >= 0,
    )


def _pages(
    client: StoreClient, path: str, decoder: msgspec.json.Decoder[list[_Item]], left: list[int]
) -> Iterator[_Item]:
    """The items of every page; `left` holds the requests that remain, -1 once they did not suffice."""
    largest = _PER_PAGE
    for number in range(1, MOST_REQUESTS + 1):
        if left[0] <= 0:
            left[0] = -1
            return
        left[0] -= 1
        response = client.send(
            "GET", path, params={"page": number, "limit": _PER_PAGE}, scope=SCOPE, safe_to_repeat=False
        )
        page = [] if response.status_code == 204 else decode(decoder, response.content, path=path)
        yield from page
        # A store may serve smaller pages than requested, in round numbers; a last page is shorter than that.
        if number == 1 and len(page) % 10 == 0:
            largest = min(largest, len(page))
        if len(page) < largest or not page:
            return


def _is_code(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha()
