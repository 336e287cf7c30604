"""Reads what a store says about itself (GET /v2/store)."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import decode
from include.bigcommerce.errors import RequestRefused, StoreInformationUnusable, StoreNotAccessible
from include.outside_text import clean_text

SCOPE = "store_v2_information_read_only"
LONGEST_NAME = 200  # characters
_PATH = "/v2/store"
_CURRENCY = re.compile(r"[A-Z]{3}")


class Store(msgspec.Struct, frozen=True):
    """`currency` is the ISO code of the store's default currency, in which its catalogue prices are.

    `name` is never empty: a store without one goes by its store hash.
    """

    name: str
    currency: str


class _Stated(msgspec.Struct):
    currency: str | None
    name: Any = None


_STATED = msgspec.json.Decoder(_Stated)


def read_store(client: StoreClient) -> Store:
    """Read the store with one request.

    Raises StoreInformationUnusable if the currency is not a currency code, StoreNotAccessible if there is no
    such store, and any other BigCommerceError.
    """
    try:
        response = client.send("GET", _PATH, scope=SCOPE, safe_to_repeat=True)
    except RequestRefused as refusal:
        if refusal.status != 404:
            raise
        raise StoreNotAccessible(
            f"BigCommerce has no store {client.store_hash} (404: {refusal.detail}).",
            "Compare the store hash with the API path of the store's API account.",
        ).explaining(refusal) from refusal
    stated = decode(_STATED, response.content, path=_PATH)
    name = clean_text(stated.name, LONGEST_NAME) if isinstance(stated.name, str) else ""
    currency = (stated.currency or "").strip().upper()
    if not _CURRENCY.fullmatch(currency):
        shown = clean_text(stated.currency or "", 20)
        raise StoreInformationUnusable(
            f'The default currency of store {client.store_hash} is "{shown}", which is not a currency code '
            "of three letters such as USD.",
            "Set the store's default currency in its control panel (Settings > Currencies).",
            method="GET",
            path=_PATH,
            status=response.status_code,
            detail=shown,
        )
    return Store(name or client.store_hash, currency)
