"""Protects against cross-site request forgery: only our own pages and scripts can change anything.

Airflow itself relies on its cookie being SameSite=Lax. A page of another site can send neither a custom
header nor JSON or CSV to us without a CORS preflight, which we never allow; and browsers send the
origin of a request.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from airflow.configuration import conf
from fastapi import HTTPException, Request, status

CUSTOM_HEADER = "X-Requested-With"
# No form of another site can send these.
BODIES = ("application/json", "text/csv")


def same_origin(request: Request) -> None:
    """A dependency of every route that changes something. Raises 403."""
    headers = request.headers
    origin = headers.get("Origin")
    foreign = headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or (
        origin is not None and _host(origin) not in _own_hosts(request)
    )
    if foreign:
        _refuse("It comes from a page of another site.")
    if CUSTOM_HEADER not in headers:
        _refuse(f"The header {CUSTOM_HEADER} is missing.")
    if headers.get("Content-Type", "application/json").split(";")[0].strip() not in BODIES:
        _refuse("The body is neither JSON nor CSV.")


def _host(address: str) -> str | None:
    """The host of an address, with its port; None if it is no address."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None


def _own_hosts(request: Request) -> set[str]:
    return {request.headers.get("Host", ""), urlsplit(conf.get("api", "base_url", fallback="")).netloc} - {""}


def _refuse(cause: str) -> None:
    raise HTTPException(
        status.HTTP_403_FORBIDDEN,
        f"The request was refused. {cause} Use the page, or follow the API reference.",
    )
