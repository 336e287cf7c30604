"""What only storefronts have that BigCommerce hosts."""

from __future__ import annotations

from fastapi import Request

from include.sandbox.http.responses import sandbox_of
from include.sandbox.refusals import not_found


def only_where_hosted(request: Request) -> None:
    """Raises Refusal 404: a headless storefront has no such address ("REST Storefront cart and checkout")."""
    if not sandbox_of(request).settings.is_hosted:
        raise not_found("page")
