"""Checks the addresses of an order, and writes country and state as the store spells them."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from include.sandbox.orders.records import Address
from include.sandbox.refusals import invalid
from include.sandbox.store.geography.countries import find_country, find_state

A = TypeVar("A", bound=Address)

LONGEST_TEXT = 255  # characters in a field of an address; UNVERIFIED
# The file requires the zip of the billing address alone; the others are UNVERIFIED.
NEEDED = ("first_name", "last_name", "street_1", "city", "zip")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def checked_address(address: A, *, accents_matter: bool) -> A:
    """The address in the store's spelling; raises Refusal 400 if a field is missing or wrong."""
    for field in NEEDED:
        if not getattr(address, field).strip():
            raise invalid(field, "An address needs it.")
    for field in Address.__struct_fields__[:-1]:
        if len(getattr(address, field)) > LONGEST_TEXT:
            raise invalid(field, f"It is longer than {LONGEST_TEXT} characters.")
    if len(address.zip) < 2:
        raise invalid("zip", "It has two or more characters.")
    if address.email and not EMAIL.fullmatch(address.email):
        raise invalid("email", "This is not an e-mail address.")
    country = find_country(address.country_iso2, address.country)
    if country is None:
        raise invalid("country_iso2" if address.country_iso2 else "country", "There is no such country.")
    state = find_state(country, address.state, accents_matter=accents_matter)
    if state is None:
        raise invalid("state", f"{country.name} has no such state.")
    return msgspec.structs.replace(address, country=country.name, country_iso2=country.iso2, state=state)
