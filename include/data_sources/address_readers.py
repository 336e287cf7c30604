"""Reads the addresses that a person typed: the store hash, the API's base URL, and the checkout's page."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

from include.connections.token_address import address_problem
from include.crm.ids import STORE_HASH_PATTERN, is_store_hash
from include.data_sources.setting_readers import shown

DEFAULT_BASE_URL = "https://api.bigcommerce.com"

# https://api.bigcommerce.com/stores/<hash>/v3/ and https://store-<hash>[-<channel>].mybigcommerce.com/manage
_STORE_HASH_IN_ADDRESS = re.compile(
    rf"(?:\bstores/|\bstore-)({STORE_HASH_PATTERN})(?=$|[/?#\s]|(?:-\d+)?\.mybigcommerce\.com)", re.IGNORECASE
)
_HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_LONGEST_HOST = 253  # characters, by RFC 1035
# An address of a page, in the characters of RFC 3986; without a user and without a fragment.
_PAGE_ADDRESS = re.compile(r"https?://[^/?#@\\]+(?:[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?")
_CHECKOUT_PARAMETERS = {"products", "cart"}


def find_store_hash(address: str) -> str | None:
    """The store hash in the address of a store's API or control panel, or None."""
    found = _STORE_HASH_IN_ADDRESS.search(address)
    return found[1].lower() if found else None


def read_store_hash(text: str) -> str:
    """The hash alone: 3 to 32 lower-case letters and digits."""
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


def read_base_url(text: str) -> str:
    """The API's address, by default BigCommerce's; only a sandbox on this machine may do without TLS."""
    if not text:
        return DEFAULT_BASE_URL
    if not re.fullmatch(r"https?://[^/\s?#@\\]+/?", text) or not _has_valid_host(text):
        raise ValueError(f"{shown(text)} is not a base URL. A base URL looks like {DEFAULT_BASE_URL}.")
    if problem := address_problem(text):
        raise ValueError(f"{shown(text)} {problem}.")
    return text.rstrip("/")


def read_checkout_url(text: str) -> str | None:
    """The address of the CRM's checkout, which may have parameters of its own; None for empty text."""
    if not text:
        return None
    if not _PAGE_ADDRESS.fullmatch(text) or not _has_valid_host(text):
        raise ValueError(
            f"{shown(text)} is not the address of a page. It looks like https://checkout.example.com/buy."
        )
    address = urlsplit(text)
    if address.scheme != "https" and address_problem(text):
        raise ValueError(f"{shown(text)} is not encrypted. Use https://.")
    if taken := sorted(_CHECKOUT_PARAMETERS & {name for name, _ in parse_qsl(address.query, True)}):
        raise ValueError(f"Remove the parameter {taken[0]} from the address: every checkout link adds it.")
    return text


def _has_valid_host(url: str) -> bool:
    """Whether a request could be sent there: a name whose parts DNS allows, or an IP address; any port."""
    try:
        address = urlsplit(url)
        host, port = address.hostname or "", address.port
    except ValueError:
        return False
    if port == 0 or len(host) > _LONGEST_HOST:
        return False
    if ":" in host:
        try:
            return bool(ip_address(host))
        except ValueError:
            return False
    return all(_HOST_LABEL.fullmatch(label) for label in host.split("."))
