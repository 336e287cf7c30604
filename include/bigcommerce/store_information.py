"""Reads what a store says about itself (GET /v2/store)."""

from __future__ import annotations

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import decode

SCOPE = "store_v2_information_read_only"
_PATH = "/v2/store"


class Store(msgspec.Struct, frozen=True):
    """`currency` is the ISO code of the store's default currency, in which its catalogue prices are."""

    name: str
    currency: str


_STORE = msgspec.json.Decoder(Store)


def read_store(client: StoreClient) -> Store:
    """One request. Raises any BigCommerceError."""
    response = client.send("GET", _PATH, scope=SCOPE, safe_to_repeat=True)
    return decode(_STORE, response.content, path=_PATH)
