"""Ids as the database keeps them and as BigCommerce shows those of our orders, and store hashes."""

from __future__ import annotations

import re

LARGEST_ID = 2**63 - 1  # of a bigint
# The external_order_id of order 40 of the CRM is "crm-40".
EXTERNAL_PREFIX = "crm-"
# The form of a store hash, as a regular expression.
STORE_HASH_PATTERN = "[a-z0-9]{3,32}"


def read_id(text: str) -> int | None:
    """The id that somebody typed; None if the text is not one."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID)) else 0
    return number if 1 <= number <= LARGEST_ID else None


def is_store_hash(text: str) -> bool:
    """Whether the text has the form of a store hash; whether there is such a store is another question."""
    return re.fullmatch(STORE_HASH_PATTERN, text) is not None
