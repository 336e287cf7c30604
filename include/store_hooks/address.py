"""The public address of this Airflow: BigCommerce calls https on port 443 only."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from airflow.sdk.configuration import conf

from include.connections.token_address import address_problem

# An environment variable. Without it, the address at which people open Airflow is used, if it is https.
PUBLIC_URL = "BIGCOMMERCE_PUBLIC_URL"
# Where the page's application receives calls (plugins/data_sources_page/hook_calls.py).
_PATH = "/data-sources/hooks/"
_HTTPS_PORT = 443


def destination_of(store_hash: str) -> str:
    """The address that BigCommerce calls for a store; empty if it cannot call this Airflow."""
    base_url = public_address()
    return f"{base_url}{_PATH}{store_hash}" if base_url else ""


def public_address() -> str:
    """Such as https://airflow.example.com; empty without one that BigCommerce can call."""
    entered = os.environ.get(PUBLIC_URL, "").strip()
    address = (entered or conf.get("api", "base_url", fallback="")).rstrip("/")
    return address if _can_be_called(address, may_be_here=bool(entered)) else ""


def _can_be_called(address: str, *, may_be_here: bool) -> bool:
    try:
        parts = urlsplit(address)
        is_usual_port = parts.port in (None, _HTTPS_PORT)
    except ValueError:
        return False
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        return False
    if parts.scheme == "https" and is_usual_port:
        return not address_problem(address)
    # a sandbox store on this machine, which the demo allows
    return may_be_here and parts.scheme == "http" and not address_problem(address)
