"""Keeps other sites' pages from making a logged-in person's browser change something here.

Airflow itself relies on its cookie being SameSite=Lax. A foreign page can send neither a header of its own
nor JSON to us without the browser asking us first, which we never allow; and browsers say where a request
comes from.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from airflow.configuration import conf
from fastapi import HTTPException, Request, status

CUSTOM_HEADER = "X-Requested-With"


def same_origin(request: Request) -> None:
    """For every route that changes something. Raises 403."""
    headers = request.headers
    origin = headers.get("Origin")
    foreign = headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or (
        origin is not None and urlsplit(origin).netloc not in _own_hosts(request)
    )
    if foreign:
        _refuse("it comes from a page of another site")
    if CUSTOM_HEADER not in headers:
        _refuse(f"it lacks the header {CUSTOM_HEADER}")
    if headers.get("Content-Type", "application/json").split(";")[0].strip() != "application/json":
        _refuse("its body is not JSON")


def _own_hosts(request: Request) -> set[str]:
    return {request.headers.get("Host", ""), urlsplit(conf.get("api", "base_url", fallback="")).netloc} - {""}


def _refuse(cause: str) -> None:
    raise HTTPException(
        status.HTTP_403_FORBIDDEN,
        f"The request was not carried out: {cause}. Use the page itself, or for scripts the API as it is "
        "described.",
    )
