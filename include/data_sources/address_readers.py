"""Reads the addresses that a person typed: the API's base URL, and the checkout's page."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

from include.connections.token_address import address_problem
from include.outside_text import shown

DEFAULT_BASE_URL = "https://api.bigcommerce.com"

_HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_LONGEST_HOST = 253  # characters, by RFC 1035
# An address of a page, in the characters of RFC 3986; without a user and without a fragment.
_PAGE_ADDRESS = re.compile(r"https?://[^/?#@\\]+(?:[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?")
_CHECKOUT_PARAMETERS = {"products", "cart"}


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
