"""Addresses in a store's control panel, where people fix what a sync complains about. No I/O."""

from __future__ import annotations

from urllib.parse import urlsplit

OFFICIAL = "bigcommerce.com"


def control_panel(store_hash: str, base_url: str) -> str | None:
    """The address of a store's control panel; None if its API is not BigCommerce's own, as in a sandbox."""
    host = (urlsplit(base_url).hostname or "").lower()
    if host != OFFICIAL and not host.endswith(f".{OFFICIAL}"):
        return None
    return official_control_panel(store_hash)


def official_control_panel(store_hash: str) -> str:
    """The address of a store's control panel at BigCommerce."""
    return f"https://store-{store_hash}.mybigcommerce.com/manage"


def product_page(panel: str, bigcommerce_product_id: int) -> str:
    """The address where a product is edited; `panel` is what `control_panel` gives."""
    return f"{panel}/products/edit/{bigcommerce_product_id}"
