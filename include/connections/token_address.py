"""Where the access token of a store may be sent: to the base URL that it was entered for, and encrypted."""

from __future__ import annotations

import os
from ipaddress import ip_address
from socket import inet_aton
from urllib.parse import urlsplit

# An environment variable: "true" lets stores be on this machine, without TLS, too.
ALLOW_LOOPBACK = "BIGCOMMERCE_ALLOW_LOOPBACK"


def password_of(token: str, base_url: str) -> str:
    """The password of a Connection whose token was entered for this base URL.

    Not in its extra, because people who may edit the Connection, but cannot read the token, can replace that.
    """
    return f"{token} {base_url}"


def token_and_base_url(password: str) -> tuple[str, str]:
    """The token and the base URL that it was entered for; that is empty if it is not known."""
    token, _, base_url = password.partition(" ")
    return token, base_url


def address_problem(base_url: str) -> str:
    """Why no token may be sent there, as the end of a sentence; empty if it may.

    This machine may hold services that trust every local request. Only demo and tests, whose sandbox store
    is here, set ALLOW_LOOPBACK.
    """
    address = urlsplit(base_url)
    if _is_loopback(address.hostname or ""):
        allowed = os.environ.get(ALLOW_LOOPBACK, "").lower() in ("1", "true", "yes")
        return "" if allowed else f"is this machine. For a sandbox store on it, set {ALLOW_LOOPBACK}=true"
    return "" if address.scheme == "https" else "would receive the access token unencrypted. Use https://"


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        # as the resolver does, which also takes 127.1 and 2130706433 for an address
        address = ip_address(host if ":" in host else inet_aton(host))
    except (ValueError, OSError):
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified)
