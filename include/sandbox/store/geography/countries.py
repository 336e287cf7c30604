"""Countries and states as GET /v2/countries lists them (geography.v2.yml), and how an address names them.

countries.csv and states.csv were written for the sandbox: country names and codes after Unicode's CLDR,
states by hand with the odd entries of old shop systems ("Virgin Islands", "Armed Forces Middle East",
"Yukon Territory"). Neither comes from a live store, nor from what the code under test knows of geography.
"""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Country:
    """A country of the store; some demand a state of every address."""

    id: int
    iso2: str
    iso3: str
    name: str
    requires_state: bool


@dataclass(frozen=True)
class State:
    """A state, province or prefecture, or what the store lists as one."""

    id: int
    country: str
    abbreviation: str
    name: str


def find_country(code: str, name: str) -> Country | None:
    """By its code where one is given, whatever the name says (description of POST /v2/orders)."""
    if code:
        return COUNTRIES.get(code.upper())
    return _COUNTRY_OF_NAME.get(_plain(name))


def find_state(country: Country, name: str, *, accents_matter: bool = False) -> str | None:
    """The state as the store spells it; None where the store lists the country's states, and not this one.

    Capitals never count. Whether accents do is UNVERIFIED. A country without states takes any text.
    """
    states = STATES.get(country.iso2, [])
    if not states or not (name.strip() or country.requires_state):
        return name
    read = str.casefold if accents_matter else _plain
    return next((state.name for state in states if read(state.name) == read(name.strip())), None)


def _read(file_name: str) -> list[dict[str, str]]:
    with (HERE / file_name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _plain(text: str) -> str:
    """Without capitals and accents."""
    apart = unicodedata.normalize("NFD", text.casefold().strip())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


COUNTRIES = {
    row["iso2"]: Country(
        int(row["id"]), row["iso2"], row["iso3"], row["name"], row["requires_state"] == "yes"
    )
    for row in _read("countries.csv")
}
STATES: dict[str, list[State]] = {}  # by the country's code; ascending by id
for _row in _read("states.csv"):
    STATES.setdefault(_row["country"], []).append(
        State(int(_row["id"]), _row["country"], _row["abbreviation"], _row["name"])
    )
_COUNTRY_OF_NAME = {_plain(country.name): country for country in COUNTRIES.values()}
