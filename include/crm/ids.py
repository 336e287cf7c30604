"""Ids as the database keeps them and as BigCommerce shows those of our orders."""

from __future__ import annotations

LARGEST_ID = 2**63 - 1  # of a bigint
# The external_order_id of order 40 of the CRM is "crm-40".
EXTERNAL_PREFIX = "crm-"


def read_id(text: str) -> int | None:
    """The id that somebody typed; None if the text is not one."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID)) else 0
    return number if 1 <= number <= LARGEST_ID else None
