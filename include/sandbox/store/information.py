"""The answer of GET /v2/store (store_information.v2.yml)."""

from __future__ import annotations

from typing import Any


def information(store_hash: str) -> dict[str, Any]:
    """Name, currency, plan and default channel."""
    return {"id": store_hash, **_addresses(store_hash), **STORE}


def _addresses(store_hash: str) -> dict[str, str]:
    return {
        "domain": f"{store_hash}.example.com",
        "secure_url": f"https://{store_hash}.example.com",
        "control_panel_base_url": f"https://store-{store_hash}.mybigcommerce.com",
    }


STORE = {
    "account_uuid": "5f6b9f4e-2f52-4a1c-8c5e-6f1d8f0f1a11",
    "status": "live",
    "name": "Sandbox Store",
    "first_name": "Sandy",
    "last_name": "Box",
    "address": "1 Sandbox Street",
    "country": "United States",
    "country_code": "US",
    "phone": "555-0100",
    "admin_email": "owner@example.com",
    "order_email": "orders@example.com",
    "favicon_url": "",
    "timezone": {
        "name": "America/Chicago",
        "raw_offset": -21600,
        "dst_offset": -18000,
        "dst_correction": True,
        "date_format": {"display": "M jS Y", "export": "M jS Y", "extended_display": "M jS Y @ g:i A"},
    },
    "language": "en",
    "currency": "USD",
    "currency_symbol": "$",
    "decimal_separator": ".",
    "thousands_separator": ",",
    "decimal_places": 2,
    "currency_symbol_location": "left",
    "weight_units": "Ounces",
    "dimension_units": "Inches",
    "dimension_decimal_places": 2,
    "dimension_decimal_token": ".",
    "dimension_thousands_token": ",",
    "plan_name": "Pro",
    "plan_level": "Pro",
    "plan_is_trial": False,
    "industry": "Retail",
    "logo": [],
    "is_price_entered_with_tax": False,
    "store_id": 1001,
    "default_channel_id": 1,
    "default_site_id": 1000,
    "active_comparison_modules": [],
    "features": {
        "stencil_enabled": True,
        "sitewidehttps_enabled": True,
        "facebook_catalog_id": "",
        "checkout_type": "optimized",
        "wishlists_enabled": True,
        "graphql_storefront_api_enabled": True,
        "shopper_consent_tracking_enabled": True,
        "multi_storefront_enabled": False,
        "storefront_limits": {"active": 1, "total_including_inactive": 1},
    },
}
