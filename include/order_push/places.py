"""Finds the country and the state that somebody typed among those that the store lists.

What the store lists counts: it is never refused, and always sent in the store's own spelling. pycountry (ISO
3166) helps where the store's list has no match, and stands in where the store's list could not be read.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache

import pycountry

from include.crm.geography import StoreGeography, StoreState
from include.order_push.country_states import iso_states, without_ending

# Everyday names where ISO 3166-1 is formal; the others are pycountry's common names.
_EVERYDAY_NAMES = {
    "BN": "Brunei",
    "BQ": "Caribbean Netherlands",
    "CD": "Democratic Republic of the Congo",
    "CV": "Cape Verde",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "MF": "Saint Martin",
    "MO": "Macau",
    "PS": "Palestine",
    "RU": "Russia",
    "SH": "Saint Helena",
    "SX": "Sint Maarten",
    "TR": "Turkey",
    "VA": "Vatican City",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
    "XK": "Kosovo",  # in everyday use, though ISO 3166-1 has only reserved the code
}
# Codes that ISO 3166-1 reserves for countries that have another one.
_EXCEPTIONAL_CODES = {"UK": "GB", "EL": "GR"}
# Letters that Unicode does not take apart into a plain letter and an accent.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "\u0131": "i", "&": " and "}
)
# Two names of one state under one ISO code are at least as alike as this, e.g. Bizkaia and Vizcaya.
_ALIKE = 0.5


class Places:
    """The countries and states of one store; without its lists (None), those of ISO 3166."""

    def __init__(self, geography: StoreGeography | None = None) -> None:
        self._countries: dict[str, str] = {}
        self._country_codes: dict[str, str] = {}
        self._states: dict[str, _States] = {}
        if geography is None:
            return
        for country in geography.countries:
            self._countries[country.country_code] = country.name
            self._country_codes.setdefault(key_of(country.name), country.country_code)
        by_country: dict[str, list[StoreState]] = {}
        for state in geography.states:
            by_country.setdefault(state.country_code, []).append(state)
        self._states = {code: _States(code, states) for code, states in by_country.items()}

    def country(self, typed: str) -> tuple[str, str] | None:
        """ISO 3166-1 alpha-2 code and name of a country given by its code or its name; None if unknown.

        Codes of three letters and such as "U.S." are known, too, and the names of ISO 3166; invisible
        characters do no harm.
        """
        code = key_of(typed).upper()
        code = _EXCEPTIONAL_CODES.get(code, code)
        if len(code) == len("USA") and (longer := pycountry.countries.get(alpha_3=code)):
            code = longer.alpha_2
        if name := self._countries.get(code):
            return code, name
        if listed := self._country_codes.get(key_of(typed)):
            return listed, self._countries[listed]
        code = _codes_by_name().get(key_of(typed), code)
        if name := self._countries.get(code):
            return code, name
        if code in _EVERYDAY_NAMES:
            return code, _EVERYDAY_NAMES[code]
        country = pycountry.countries.get(alpha_2=code)
        if country is None:
            return None
        formal_or_common: str = getattr(country, "common_name", country.name)
        return code, formal_or_common

    def state(self, country_code: str, typed: str) -> str | None:
        """The name of a state given by its name or its code; None if neither the store nor ISO knows it."""
        states = self._states.get(country_code)
        if states is None:
            return _name_by_iso_code(country_code, typed)
        return states.find(typed)

    def lists_all_states(self, country_code: str) -> bool:
        """Whether the store lists the states of this country, so that no others exist."""
        return country_code in self._states


class _States:
    """The states that the store lists for one country."""

    def __init__(self, country_code: str, states: list[StoreState]) -> None:
        self._country_code = country_code
        self._names = {state.name for state in states}
        self._by_code = {key_of(state.state_code): state.name for state in states if state.state_code}
        self._by_key = {key_of(state.name): state.name for state in states}

    def find(self, typed: str) -> str | None:
        if typed in self._names:
            return typed
        if found := self._listed(typed) or self._by_iso(typed):
            return found
        shorter = without_ending(self._country_code, typed)
        return self.find(shorter) if shorter != typed else None

    def _listed(self, typed: str) -> str | None:
        key = key_of(typed)
        without_country = key_of(re.sub(rf"^\s*{self._country_code}[\s-]+", "", typed, flags=re.IGNORECASE))
        return self._by_key.get(key) or self._by_code.get(key) or self._by_code.get(without_country)

    def _by_iso(self, typed: str) -> str | None:
        """A state that ISO 3166-2 calls otherwise than the store does, e.g. Yukon and Yukon Territory."""
        key = key_of(typed)
        for code, names in iso_states(self._country_code).items():
            keys = [key_of(name) for name in names]
            if key not in {*keys, key_of(code), key_of(f"{self._country_code}-{code}")}:
                continue
            for each in keys:
                if each in self._by_key:
                    return self._by_key[each]
            listed = self._by_code.get(key_of(code))
            if listed and any(_are_alike(each, key_of(listed)) for each in keys):
                return listed
        return None


def key_of(text: str) -> str:
    """Letters and digits only, so that "québec" is Quebec, "N.Y." is NY and "&" is "and"."""
    plain = text.casefold().translate(_PLAIN_LETTERS)
    return "".join(sign for sign in unicodedata.normalize("NFKD", plain) if sign.isalnum())


def _name_by_iso_code(country_code: str, typed: str) -> str | None:
    """The name for an ISO code; a name that ISO 3166 knows is left as it was typed."""
    key = key_of(typed)
    for code, names in iso_states(country_code).items():
        if key in {key_of(code), key_of(f"{country_code}-{code}")}:
            return names[0]
        if key in map(key_of, names):
            return typed
    return None


@cache
def _codes_by_name() -> dict[str, str]:
    """The codes of countries by all their names, e.g. "United States of America" and "Kosovo"."""
    names = {
        key_of(name): country.alpha_2
        for country in pycountry.countries
        for kind in ("name", "common_name", "official_name")
        if (name := getattr(country, kind, ""))
    }
    return names | {key_of(name): code for code, name in _EVERYDAY_NAMES.items()}


def _are_alike(one: str, other: str) -> bool:
    return one in other or other in one or SequenceMatcher(None, one, other).ratio() >= _ALIKE
