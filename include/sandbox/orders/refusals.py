"""Refusals of what clients send about orders, worded as users report them."""

from __future__ import annotations

import re

import msgspec

from include.sandbox.orders.records import Order
from include.sandbox.orders.request_bodies import NewOrder
from include.sandbox.refusals import Refusal, invalid

READ_ONLY = set(Order.__struct_fields__) - set(NewOrder.__struct_fields__) - {"consignments", "fees"}
_UNKNOWN = re.compile(r"unknown field `(\w+)`")
_MISSING = re.compile(r"missing required field `(\w+)`")
_PLACE = re.compile(r"at `\$(?:.*\.)?([a-z_0-9]+)[^`]*`")


def missing(field: str) -> Refusal:
    """400: this field is required."""
    return Refusal(400, f"The required field '{field}' was not supplied.")


def refusal_of(error: msgspec.DecodeError) -> Refusal:
    """The refusal of a body that cannot be read."""
    text = str(error)
    if found := _UNKNOWN.search(text):
        if found[1] in READ_ONLY:
            return Refusal(
                400,
                f"The field '{found[1]}' cannot be written to. Please remove it from your request before "
                "trying again.",
            )
        return Refusal(400, f"The field '{found[1]}' is not supported by this resource.")
    if found := _MISSING.search(text):
        return missing(found[1])
    if found := _PLACE.search(text):
        return invalid(found[1], text)
    return Refusal(400, "The request body is not a valid JSON object.")
