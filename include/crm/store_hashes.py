"""Reads the hash of a store as people give it: in a form, a command or an address."""

from __future__ import annotations

import re

from include.outside_text import shown

# The form of a store hash, as a regular expression.
STORE_HASH_PATTERN = "[a-z0-9]{3,32}"
# https://api.bigcommerce.com/stores/<hash>/v3/ and https://store-<hash>[-<channel>].mybigcommerce.com/manage
_STORE_HASH_IN_ADDRESS = re.compile(
    rf"(?:\bstores/|\bstore-)({STORE_HASH_PATTERN})(?=$|[/?#\s]|(?:-\d+)?\.mybigcommerce\.com)", re.IGNORECASE
)


def is_store_hash(text: str) -> bool:
    """Whether the text has the form of a store hash; whether there is such a store is another question."""
    return re.fullmatch(STORE_HASH_PATTERN, text) is not None


def find_store_hash(address: str) -> str | None:
    """The store hash in the address of a store's API or control panel, or None."""
    found = _STORE_HASH_IN_ADDRESS.search(address)
    return found[1].lower() if found else None


def read_store_hash(text: str) -> str:
    """The hash alone: 3 to 32 lower-case letters and digits. The ValueError of anything else says how."""
    if is_store_hash(text):
        return text
    if not text:
        raise ValueError("Enter the store hash: the part after /stores/ in the API path, e.g. 7f5kjtkp2.")
    if found := find_store_hash(text):
        raise ValueError(f"Enter only the store hash, not the whole address: {found}")
    if is_store_hash(text.lower()):
        raise ValueError(f"A store hash has no capital letters: enter {text.lower()} instead of {text}.")
    raise ValueError(
        f"{shown(text)} is not a store hash. A store hash has 3 to 32 lower-case letters and digits, e.g. "
        "7f5kjtkp2. It is the part after /stores/ in the API path."
    )
