"""Reads and changes the webhooks of our API account: BigCommerce calls them when a store changes.

GET, POST, PUT and DELETE /v3/hooks: webhooks.v3.yml of BigCommerce. Hooks of other API accounts are not
listed. An account can have ten hooks for a scope; a destination is https, on port 443. BigCommerce
deactivates a hook whose calls fail for two days, or that it had no reason to call for 90 days.

The headers of a hook come with each of its calls. They hold a secret, so no error repeats them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import requests

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.own_items import delete_item, read_items

# Every access token has it.
SCOPE = "store_v2_default"

_PATH = "/v3/hooks"


@dataclass(frozen=True)
class Webhook:
    """One hook. `scope` is what it is called for, such as store/product/*."""

    id: Id
    scope: str
    destination: str
    is_active: Any = True
    headers: Any = field(default=None, repr=False)

    def header(self, name: str) -> str | None:
        """What this header holds; None if the store did not say."""
        if not isinstance(self.headers, dict):
            return None
        values = (value for key, value in self.headers.items() if key.casefold() == name.casefold())
        return next((value for value in values if isinstance(value, str)), None)


class _Saved(msgspec.Struct):
    data: Webhook


_SAVED = msgspec.json.Decoder(_Saved, strict=False)
_WEBHOOK = msgspec.json.Decoder(Webhook, strict=False)


def read_webhooks(client: StoreClient) -> list[Webhook]:
    """All hooks of our API account; usually one request. Raises any BigCommerceError."""
    # the official file shows lists without their totals
    return read_items(client, _PATH, _WEBHOOK, scope=SCOPE, has_totals=False)


def create_webhook(
    client: StoreClient, *, scope: str, destination: str, headers: Mapping[str, str]
) -> Webhook:
    """Add an active hook. Raises any BigCommerceError; OutcomeUnknown, too."""
    response = _send(client, "POST", _PATH, scope, destination, headers)
    return decode(_SAVED, response.content, method="POST", path=_PATH).data


def update_webhook(
    client: StoreClient, webhook_id: int, *, scope: str, destination: str, headers: Mapping[str, str]
) -> Webhook:
    """Replace a hook, and activate it. Raises any BigCommerceError."""
    path = f"{_PATH}/{webhook_id}"
    response = _send(client, "PUT", path, scope, destination, headers)
    return decode(_SAVED, response.content, method="PUT", path=path).data


def delete_webhook(client: StoreClient, webhook_id: int) -> None:
    """Delete a hook; one that is gone already is no error. Raises any other BigCommerceError."""
    delete_item(client, f"{_PATH}/{webhook_id}", scope=SCOPE)


def _send(
    client: StoreClient, method: str, path: str, scope: str, destination: str, headers: Mapping[str, str]
) -> requests.Response:
    body = {"scope": scope, "destination": destination, "is_active": True, "headers": dict(headers)}
    try:
        return client.send(method, path, json=body, scope=SCOPE, safe_to_repeat=method == "PUT")
    except BigCommerceError as error:
        error.redact(headers.values())  # a refusal may quote what it refuses
        raise
