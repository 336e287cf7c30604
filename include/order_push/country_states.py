"""The names of a country's states: by ISO 3166-2, in everyday use, and in the country's own script."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from functools import cache

import pycountry

# Everyday names, and those of the American post for its forces, which ISO 3166-2 does not have. AE stands for
# four regions: a shop lists each of them, or the first.
_EVERYDAY_NAMES = {
    "US": {
        "AA": ("Armed Forces Americas", "Armed Forces the Americas"),
        "AE": (
            "Armed Forces Europe",
            "Armed Forces Middle East",
            "Armed Forces Africa",
            "Armed Forces Canada",
        ),
        "AP": ("Armed Forces Pacific", "Armed Forces the Pacific"),
        "DC": ("Washington, D.C.",),
        "VI": ("U.S. Virgin Islands",),
    },
    "MX": {
        "CMX": ("CDMX", "Distrito Federal", "D.F.", "Mexico City"),
        "MEX": ("Estado de México", "Edomex"),
    },
}
# Countries whose people write their states in a script that stores do not list, and the language of it.
_LANGUAGES = {"JP": "ja"}
# The kind of a state, where people write it behind the name: 大阪府, Osaka-fu, Osaka Prefecture.
_ENDINGS = {"JP": re.compile(r"[都道府県]$|[\s-]+(to|do|fu|ken|prefecture|metropolis)$", re.IGNORECASE)}


@cache
def iso_states(country_code: str) -> dict[str, tuple[str, ...]]:
    """The names of a country's states by their codes without the country's; the first is ISO's."""
    found = {
        state.code.partition("-")[2]: (*_names(state.name), *_own_names(country_code, state.name))
        for state in pycountry.subdivisions
        if state.country_code == country_code
    }
    for code, names in _EVERYDAY_NAMES.get(country_code, {}).items():
        found[code] = (*found.get(code, ()), *names)
    return found


def without_ending(country_code: str, name: str) -> str:
    """The name without an ending that only says "state", such as Prefecture."""
    ending = _ENDINGS.get(country_code)
    return ending.sub("", name.strip()) if ending else name


def _names(name: str) -> Iterator[str]:
    """Each of the names in "A Coruña [La Coruña]", and "Wales" of "Wales [Cymru GB-CYM]"."""
    yield re.sub(r" [\[(].*", "", name)
    yield from re.findall(r"\[([^\]]*)\]", name)


def _own_names(country_code: str, name: str) -> Iterator[str]:
    """The name in the country's own script, as pycountry translates it: Osaka is 大阪."""
    if language := _LANGUAGES.get(country_code):
        yield gettext.translation("iso3166-2", pycountry.LOCALES_DIR, languages=[language]).gettext(name)
