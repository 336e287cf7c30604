"""An address of the CRM as BigCommerce wants it: country and state by their full names.

What BigCommerce calls its countries, and of which it keeps the states, only a store says (GET /v2/countries):
UNVERIFIED here. So the country's code goes along with the name; a state is insisted on where it certainly has
to be right, and elsewhere sent as a name if we know it, as typed if not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pycountry

from include.crm.orders import Address
from include.order_push.translation_errors import RETRY, CannotTranslate

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
}
_STATE_HAS_TO_BE_RIGHT = {"US", "CA", "AU"}
# The American post's "states" for its forces, which ISO 3166-2 does not have.
_ARMED_FORCES = {
    "AA": "Armed Forces Americas",
    "AE": "Armed Forces Europe",
    "AP": "Armed Forces Pacific",
}
_NAMES_OF_FIELDS = {
    "first_name": "first name",
    "last_name": "last name",
    "company": "company",
    "street_1": "first line",
    "street_2": "second line",
    "city": "city",
    "state": "state",
    "zip": "postal code",
    "phone": "telephone number",
    "email": "e-mail address",
}
_NEEDED = ("street_1", "city", "zip", "email")
_NOTHING_TO_SAY = "-"  # for the half of a name that somebody does not have
SHORTEST_POSTAL_CODE = 2  # of a billing address, says billingAddress_Base of orders.v2.oas2.yml
LONGEST_TEXT = 255  # the file has no limit; UNVERIFIED. An address is never cut: it might go astray
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")


def store_address(address: Address, *, kind: str, name: str, email: str, phone: str) -> dict[str, str]:
    """The fields of a billing or a shipping address; what is empty is left out.

    `kind` is "billing" or "shipping"; `name` is the customer's, for an address with half a name or none.
    Raises CannotTranslate where something is missing, longer than LONGEST_TEXT, or cannot be.
    """
    country = pycountry.countries.get(alpha_2=one_line(address.country))
    if country is None:
        problem = "a country that is no ISO 3166-1 code" if one_line(address.country) else "no country"
        raise _wrong(kind, problem, "Enter the country's two-letter code")
    first_name, last_name = _names(one_line(address.first_name), one_line(address.last_name), one_line(name))
    fields = {
        "first_name": first_name,
        "last_name": last_name,
        "company": one_line(address.company_name),
        "street_1": one_line(address.address1),
        "street_2": one_line(address.address2),
        "city": one_line(address.city),
        "state": _state(kind, country.alpha_2, one_line(address.state)),
        "zip": one_line(address.postal_code),
        "phone": one_line(phone),
        "email": one_line(email),
    }
    _check(kind, fields)
    formal_or_common: str = getattr(country, "common_name", country.name)
    fields["country"] = _EVERYDAY_NAMES.get(country.alpha_2, formal_or_common)
    fields["country_iso2"] = country.alpha_2
    return {field: text for field, text in fields.items() if text}


def one_line(text: str) -> str:
    """Without spaces at the ends, and a single one for line breaks, tabs and the like."""
    return " ".join(text.split())


def _check(kind: str, fields: dict[str, str]) -> None:
    if not fields["first_name"]:
        raise _wrong(kind, "no name", "Enter a first and a last name")
    for field in _NEEDED:
        if not fields[field]:
            raise _wrong(kind, f"no {_NAMES_OF_FIELDS[field]}", "Enter it")
    for field, text in fields.items():
        if len(text) > LONGEST_TEXT:
            too_long = f"more than {LONGEST_TEXT} characters in its {_NAMES_OF_FIELDS[field]}"
            raise _wrong(kind, too_long, "Shorten it")
    if len(fields["zip"]) < SHORTEST_POSTAL_CODE:
        raise _wrong(kind, f"a postal code of less than {SHORTEST_POSTAL_CODE} characters")
    if not _EMAIL.fullmatch(fields["email"]):
        raise _wrong(kind, "an e-mail address that cannot be one")


def _names(first: str, last: str, name: str) -> tuple[str, str]:
    """First and last name; what is missing is taken from the full name. Both or neither are empty."""
    given, _, family = name.rpartition(" ")
    if given:
        return first or given, last or family
    if not last:
        first = first or family
    return first or (last and _NOTHING_TO_SAY), last or (first and _NOTHING_TO_SAY)


def _state(kind: str, country: str, typed: str) -> str:
    found = _states(country).get(_key(typed))
    if found is None and country in _STATE_HAS_TO_BE_RIGHT:
        problem = "a state that its country does not have" if typed else "no state"
        raise _wrong(kind, problem, "Enter the state")
    return found or typed


@cache
def _states(country: str) -> dict[str, str]:
    """Full names of a country's states by name and by code, with and without the country's."""
    names = {f"{country}-{code}": name for code, name in _ARMED_FORCES.items()} if country == "US" else {}
    for state in pycountry.subdivisions:
        if state.country_code == country:
            names[state.code] = re.sub(r" [\[(].*", "", state.name)  # such as "Wales [Cymru GB-CYM]"
    by_code = {_key(code): name for code, name in names.items()}
    by_short_code = {_key(code.partition("-")[2]): name for code, name in names.items()}
    return {**by_code, **by_short_code, **{_key(name): name for name in names.values()}}


def _key(text: str) -> str:
    """Letters and digits only, so that "québec" is Quebec and "N.Y." is NY."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if sign.isalnum())


def _wrong(kind: str, problem: str, mend: str = "Correct it") -> CannotTranslate:
    return CannotTranslate(f"The {kind} address has {problem}.", f"{mend} in the CRM, {RETRY}")
