"""Reads the countries and states that a store knows (geography.v2.yml of BigCommerce's official files).

An order's address is right when the store lists its country and state. The lists are long but hardly ever
change: 830 states and 245 countries are five requests. A store that serves smaller pages than requested is
read country by country: two requests or more for each, so it takes weeks until several are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import requests

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode
from include.outside_text import storable

SCOPE = "store_v2_information_read_only"
MOST_REQUESTS = 5
_COUNTRIES = "/v2/countries"
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


class _Count(msgspec.Struct):
    count: int


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
    """Countries of a store with all their states; `is_complete` if they are all countries."""

    countries: list[Country]
    states: list[State]
    is_complete: bool


class GeographyReader:
    """Reads the lists with at most so many requests; `left` are those that remain, also after an error.

    No request is repeated: orders wait for the answer, and can be sent without it.
    """

    def __init__(self, client: StoreClient, requests: int = MOST_REQUESTS) -> None:
        self.left = requests
        self._client = client
        self._page_size: int | None = None  # of this store, once it is known

    def read(self, country_codes: Iterable[str] = (), *, by_country: bool = False) -> Geography:
        """All countries, or else as many of these, in this order, as the requests suffice for.

        `by_country`: all are too many. Raises any BigCommerceError.
        """
        if not by_country and (whole := self._read_all()):
            return whole
        countries: list[Country] = []
        states: list[State] = []
        for code in country_codes:
            if (country := self._find(code)) is None:
                continue
            if (found := self._items(f"{_COUNTRIES}/{country.id}/states", _STATE_LIST)) is None:
                break
            countries.append(_country(country))
            states += [_state(code, state) for state in found if state.state.strip()]
        return Geography(countries, states, is_complete=False)

    def _read_all(self) -> Geography | None:
        states = self._items(f"{_COUNTRIES}/states", _STATE_LIST)
        countries = None if states is None else self._items(_COUNTRIES, _COUNTRY_LIST)
        if states is None or countries is None:
            return None
        codes = {country.id: _code(country) for country in countries}
        return Geography(
            [_country(each) for each in countries if _is_code(_code(each)) and each.country.strip()],
            [
                _state(codes[state.country_id], state)
                for state in states
                if _is_code(codes.get(state.country_id, "")) and state.state.strip()
            ],
            is_complete=True,
        )

    def _find(self, country_code: str) -> _Country | None:
        """A country; None if the store does not list it, or no request is left."""
        for country in self._page(_COUNTRIES, _COUNTRY_LIST, country_iso2=country_code) or []:
            if _code(country) == country_code and country.country.strip():
                return country
        return None

    def _items(self, path: str, decoder: msgspec.json.Decoder[list[_Item]]) -> list[_Item] | None:
        """Every item of a list; None, as soon as it is certain, if the requests do not suffice for all."""
        page = self._page(path, decoder)
        items = list(page or [])
        if page and self._page_size is None:
            # a short page is the only one, or the store serves smaller pages than requested
            total = None if len(page) >= _PER_PAGE else self._count(path)
            if total is not None and total <= len(page):
                return items
            self._page_size = len(page)
            if total is not None and total - len(page) > self.left * len(page):
                return None
        number = 1
        while page and len(page) >= (self._page_size or 0):
            number, previous = number + 1, page
            page = self._page(path, decoder, page=number)
            if page == previous:  # the store ignores the number of the page
                return None
            items += page or []
        return None if page is None else items

    def _page(
        self, path: str, decoder: msgspec.json.Decoder[list[_Item]], *, page: int = 1, **filters: str
    ) -> list[_Item] | None:
        response = self._send(path, {"page": page, "limit": _PER_PAGE, **filters})
        if response is None:
            return None
        return [] if response.status_code == 204 else decode(decoder, response.content, path=path)

    def _count(self, path: str) -> int | None:
        response = self._send(f"{path}/count", {})
        return None if response is None else decode(_COUNT, response.content, path=path).count

    def _send(self, path: str, params: dict[str, str | int]) -> requests.Response | None:
        """The answer; None if no request is left."""
        if self.left <= 0:
            return None
        self.left -= 1
        return self._client.send("GET", path, params=params, scope=SCOPE, safe_to_repeat=False)


def _country(country: _Country) -> Country:
    return Country(_code(country), storable(country.country, _LONGEST_NAME))


def _state(country_code: str, state: _State) -> State:
    abbreviation = storable(state.state_abbreviation or "", _LONGEST_NAME)
    return State(country_code, abbreviation, storable(state.state, _LONGEST_NAME))


def _code(country: _Country) -> str:
    return country.country_iso2.strip().upper()


def _is_code(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha()


_COUNTRY_LIST = msgspec.json.Decoder(list[_Country])
_STATE_LIST = msgspec.json.Decoder(list[_State])
_COUNT = msgspec.json.Decoder(_Count)
