"""Translates an address of the CRM into one of BigCommerce: country and state by the store's names for them.

The country's code is sent with its name. A postal code is required only where nothing is delivered without
one. BigCommerce wants one in every billing address, so elsewhere NO_POSTAL_CODE replaces a missing one.
"""

from __future__ import annotations

import re
import unicodedata

from include.crm.orders import Address
from include.order_push.places import Places
from include.order_push.translation_errors import RETRY, CannotTranslate
from include.outside_text import JOINERS

# Countries in which nothing is delivered without a postal code, according to Google's libaddressinput. Others
# have none, or people do without theirs, as in Ireland. The store's API does not say.
_NEEDED = """
    AS AT AU AX BE BL BR CA CH CN CZ DE DK EE ES FI FK FM FR GB GF GG GL GP GR GU HU IM IN IO IT JE JP KR KZ
    LI LT LU LV MF MH MP MQ MX MY NC NL NO NZ PF PL PM PN PR PT PW RE RO RU SE SG SH SJ SK SM TC TR TW UA US
    VI WF YT
"""
_POSTAL_CODE_IS_NEEDED = frozenset(_NEEDED.split())
NO_POSTAL_CODE = "00000"
# The city is the country, so people do not enter it.
_CITY_STATES = frozenset({"GI", "HK", "MC", "MO", "SG", "VA"})
# Addresses have a state and no city, according to libaddressinput.
_WITHOUT_CITIES = frozenset({"AE", "JP", "KY", "NR"})
# BigCommerce creates no order without a state here, nor with one that it does not list.
_STATE_IS_REQUIRED = frozenset({"US", "CA", "AU"})
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
# An e-mail address, which orders by telephone do not always have, is not among them: the store decides.
_REQUIRED = ("street_1", "city", "zip")
_NO_NAME = "-"  # for the half of a name that somebody does not have
_LONGEST_QUOTED_STATE = 40
# Letters and symbols that are blank: fillers of Korean syllables, and a Braille pattern without dots.
_BLANKS = "\u115f\u1160\u3164\uffa0\u2800"
SHORTEST_POSTAL_CODE = 2  # of a billing address, says billingAddress_Base of orders.v2.oas2.yml
LONGEST_TEXT = 255  # the file has no limit; UNVERIFIED. An address is never cut: it could be misdelivered
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")


def store_address(
    address: Address, *, kind: str, name: str, email: str, phone: str, places: Places
) -> dict[str, str]:
    """The fields of a billing or a shipping address, without the empty ones.

    `kind` is "billing" or "shipping"; `name` is the customer's, for an address with half a name or none.
    Raises CannotTranslate where something is missing, longer than LONGEST_TEXT, or impossible.
    """
    typed_country = one_line(address.country)
    country = places.country(typed_country)
    if country is None:
        problem = "a country that does not exist" if typed_country else "no country"
        raise _wrong(kind, problem, "Enter the country's two-letter code")
    code, country_name = country
    state = _state(kind, places, code, country_name, one_line(address.state))
    first_name, last_name = _names(one_line(address.first_name), one_line(address.last_name), one_line(name))
    fields = {
        "first_name": first_name,
        "last_name": last_name,
        "company": one_line(address.company_name),
        "street_1": one_line(address.address1) or one_line(address.address2),
        "street_2": one_line(address.address2) if one_line(address.address1) else "",
        "city": one_line(address.city) or _city(code, country_name, state),
        "state": state,
        "zip": _postal_code(code, without_invisible(address.postal_code)),
        "phone": without_invisible(phone),
        "email": without_invisible(email),
    }
    _check(kind, fields)
    fields["country"] = country_name
    fields["country_iso2"] = code
    return {field: text for field, text in fields.items() if text}


def is_destination(address: Address) -> bool:
    """Whether goods can be sent there: it has a street, a city or a postal code."""
    return any(map(one_line, (address.address1, address.address2, address.city, address.postal_code)))


def one_line(text: str) -> str:
    """The text with single spaces, also for line breaks and control characters; invisible text is empty."""
    words = " ".join("".join(map(_shown, text)).split())
    is_visible = any(unicodedata.category(sign)[0] not in "CMZ" and sign not in _BLANKS for sign in words)
    return words if is_visible else ""


def without_invisible(text: str) -> str:
    """As `one_line`, and without joiners: for texts that need none, such as a telephone number."""
    return one_line("".join(sign for sign in text if unicodedata.category(sign) != "Cf"))


def _shown(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Cc":
        return " "
    return "" if category == "Cf" and sign not in JOINERS else sign


def _check(kind: str, fields: dict[str, str]) -> None:
    if not fields["first_name"]:
        raise _wrong(kind, "no name", "Enter a first and a last name")
    for field in _REQUIRED:
        if not fields[field]:
            raise _wrong(kind, f"no {_NAMES_OF_FIELDS[field]}", "Enter it")
    for field, text in fields.items():
        if len(text) > LONGEST_TEXT:
            too_long = f"more than {LONGEST_TEXT} characters in its {_NAMES_OF_FIELDS[field]}"
            raise _wrong(kind, too_long, "Shorten it")
    if len(fields["zip"]) < SHORTEST_POSTAL_CODE:
        raise _wrong(kind, f"a postal code of less than {SHORTEST_POSTAL_CODE} characters")
    if fields["email"] and not _EMAIL.fullmatch(fields["email"]):
        raise _wrong(kind, "an e-mail address that is not valid")


def _names(first: str, last: str, name: str) -> tuple[str, str]:
    """First and last name; a missing one is taken from the full name. Both or neither are empty."""
    given, _, family = name.rpartition(" ")
    if given:
        return first or given, last or family
    if not last:
        first = first or family
    return first or (last and _NO_NAME), last or (first and _NO_NAME)


def _state(kind: str, places: Places, country_code: str, country_name: str, typed: str) -> str:
    if not typed:
        if country_code in _STATE_IS_REQUIRED:
            raise _wrong(kind, "no state", "Enter the state")
        return ""
    found = places.state(country_code, typed)
    if found is None and country_code in _STATE_IS_REQUIRED and places.lists_all_states(country_code):
        quoted = f' "{typed}"' if len(typed) <= _LONGEST_QUOTED_STATE else ""
        raise CannotTranslate(
            f"The {kind} state{quoted} is not valid for {country_name}.",
            f"Correct the state in the CRM, {RETRY}",
        )
    return found or typed


def _city(country_code: str, country_name: str, state: str) -> str:
    """The city for an address without one; empty if the address should have one."""
    if country_code in _WITHOUT_CITIES:
        return state or country_name
    return country_name if country_code in _CITY_STATES else ""


def _postal_code(country_code: str, typed: str) -> str:
    if len(typed) < SHORTEST_POSTAL_CODE and country_code not in _POSTAL_CODE_IS_NEEDED:
        return NO_POSTAL_CODE
    return typed


def _wrong(kind: str, problem: str, step: str = "Correct it") -> CannotTranslate:
    return CannotTranslate(f"The {kind} address has {problem}.", f"{step} in the CRM, {RETRY}")
