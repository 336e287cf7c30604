"""Reads what a person typed for each setting of a data source.

A reader takes text and returns the value to save. It raises ValueError with a sentence for people, which says
what is wrong and what to enter instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from include.bigcommerce.order_statuses import (
    AWAITING_FULFILLMENT,
    AWAITING_PICKUP,
    AWAITING_SHIPMENT,
    COMPLETED,
    MANUAL_VERIFICATION_REQUIRED,
    PENDING,
    STATUS_NAMES,
)
from include.outside_text import shown

Gateways = Mapping[int, str]  # name by billerId

# Name by BigCommerce status id of what the order status may be.
ORDER_STATUSES = {
    status_id: STATUS_NAMES[status_id]
    for status_id in (
        PENDING,
        AWAITING_PICKUP,
        AWAITING_SHIPMENT,
        COMPLETED,
        AWAITING_FULFILLMENT,
        MANUAL_VERIFICATION_REQUIRED,
    )
}
# Label by value of what BigCommerce may learn of refunds.
REFUND_MIRRORS = {
    "off": "Off",
    "record": "As a refund record",
    "status": "As a status only",
}
PERMISSION_SETS = ("read_and_sf_access", "write_and_sf_access", "read", "write", "app_only")
READABLE_BY_STOREFRONT = "sf_access"  # how the name of a set ends that lets the storefront read
LEAST_AUTO_SYNC_MINUTES = 60
MOST_AUTO_SYNC_MINUTES = 365 * 24 * 60
LEAST_QUICK_SYNC_MINUTES = 5
MOST_QUICK_SYNC_MINUTES = 24 * 60
MOST_ORDER_LOOKUP_DELAY_SECONDS = 24 * 60 * 60
MOST_CHARACTERS = 500  # of any setting; access tokens have 31 to 50
MOST_TAGS = 10
LONGEST_TAG = 30
_COOKIE_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")  # RFC 6265


def read_text(text: str) -> str:
    """Text without the blanks around it, short enough, and without characters that cannot be stored."""
    text = text.strip()
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"This is too long: enter at most {MOST_CHARACTERS} characters.")
    if not text.isprintable():
        raise ValueError(
            "This contains a line break or an invisible character. Type it instead of pasting it."
        )
    return text


def read_access_token(text: str) -> str:
    """A token goes into an HTTP header as it is, so it must be one visible word; it is never repeated."""
    if not text:
        raise ValueError("Enter the access token of the store's API account.")
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError(
            "The access token contains spaces or unusual characters. Copy it again without them."
        )
    return text


def read_biller_id(text: str, gateways: Gateways) -> int | None:
    """A billerId of the gateway list, or None for empty text."""
    if not text:
        return None
    number = _whole_number(text)
    if number in gateways:
        return number
    if not gateways:
        raise ValueError(f"There is no gateway {shown(text)}: the gateway list is empty. Leave this empty.")
    known = ", ".join(f"{biller_id} ({name})" for biller_id, name in gateways.items())
    raise ValueError(f"There is no gateway {shown(text)}. Choose one of: {known}.")


def read_order_status(text: str) -> int:
    """A status of ORDER_STATUSES, by name or by id."""
    for status_id, name in ORDER_STATUSES.items():
        if text.casefold() in (str(status_id), name.casefold()):
            return status_id
    known = ", ".join(f"{name} ({status_id})" for status_id, name in ORDER_STATUSES.items())
    raise ValueError(f"{shown(text)} is not an order status. Choose one of: {known}.")


def read_mirror_refunds(text: str) -> str:
    """A value of REFUND_MIRRORS, by value or by label."""
    for value, label in REFUND_MIRRORS.items():
        if text.casefold() in (value, label.casefold()):
            return value
    raise ValueError(f"{shown(text)} is not one of the choices: {', '.join(REFUND_MIRRORS)}.")


def read_tags(text: str) -> list[str]:
    """Words separated by commas, each once whatever its capitals, in the order in which they were entered."""
    tags: dict[str, str] = {}
    for tag in (" ".join(part.split()) for part in text.split(",")):
        if len(tag) > LONGEST_TAG:
            raise ValueError(f"{shown(tag)} is too long for a tag: enter at most {LONGEST_TAG} characters.")
        if tag:
            tags.setdefault(tag.casefold(), tag)
    if len(tags) > MOST_TAGS:
        raise ValueError(f"These are {len(tags)} tags: enter at most {MOST_TAGS}.")
    return list(tags.values())


def read_order_lookup_delay(text: str) -> int:
    """Seconds, from 1 to a day."""
    seconds = _whole_number(text)
    if seconds is None or not 1 <= seconds <= MOST_ORDER_LOOKUP_DELAY_SECONDS:
        raise ValueError(
            f"Enter the order lookup delay as a whole number of seconds, from 1 to "
            f"{MOST_ORDER_LOOKUP_DELAY_SECONDS} (one day)."
        )
    return seconds


def read_auto_sync(text: str) -> int | None:
    """Minutes, or None for empty text."""
    if not text:
        return None
    minutes = _whole_number(text)
    if minutes is None:
        raise ValueError(
            f"Enter the automatic sync as a whole number of minutes, not {shown(text)}. "
            "Leave it empty to sync manually only."
        )
    if minutes < LEAST_AUTO_SYNC_MINUTES:
        raise ValueError(
            f"An automatic sync can run at most every {LEAST_AUTO_SYNC_MINUTES} minutes, not every {minutes}."
        )
    if minutes > MOST_AUTO_SYNC_MINUTES:
        raise ValueError(
            f"An automatic sync must run at least every {MOST_AUTO_SYNC_MINUTES} minutes (once a year)."
        )
    return minutes


def read_quick_sync(text: str) -> int | None:
    """Minutes, or None for empty text."""
    if not text:
        return None
    minutes = _whole_number(text)
    if minutes is None or not LEAST_QUICK_SYNC_MINUTES <= minutes <= MOST_QUICK_SYNC_MINUTES:
        raise ValueError(
            f"Enter the quick sync as a whole number of minutes, from {LEAST_QUICK_SYNC_MINUTES} to "
            f"{MOST_QUICK_SYNC_MINUTES} (one day), not {shown(text)}. Leave it empty to switch it off."
        )
    return minutes


def read_custom_field_name(text: str) -> str:
    """A namespace or key of metafields: BigCommerce allows 64 characters."""
    if not 1 <= len(text) <= 64:
        raise ValueError(f"Enter 1 to 64 characters; {shown(text)} has {len(text)}.")
    return text


def read_permission_set(text: str) -> str:
    """One of PERMISSION_SETS."""
    if text not in PERMISSION_SETS:
        raise ValueError(
            f"{shown(text)} is not a permission set. Choose one of: {', '.join(PERMISSION_SETS)}."
        )
    return text


def read_cookie_name(text: str) -> str | None:
    """The name of a cookie, or None for empty text."""
    if text and not _COOKIE_NAME.fullmatch(text):
        raise ValueError(
            f"{shown(text)} is not the name of a cookie. Enter 1 to 64 letters, digits, dashes or "
            "underscores."
        )
    return text or None


def _whole_number(text: str) -> int | None:
    """None for anything else, and for numbers too long to be meant."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
