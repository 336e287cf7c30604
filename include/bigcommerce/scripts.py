"""Reads and changes the scripts that our API account has added to a store's pages.

GET, POST, PUT and DELETE /v3/content/scripts: scripts.v3.yml of BigCommerce. Scripts of other API accounts,
and those that people add in Script Manager, are not listed.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import decode
from include.bigcommerce.own_items import delete_item, read_items

SCOPE = "store_v2_content"
# Needed as well for scripts on checkout pages.
CHECKOUT_SCOPE = "store_content_checkout"

Pages = Literal["storefront", "all_pages"]

_PATH = "/v3/content/scripts"


class Script(msgspec.Struct, frozen=True):
    """One script; `visibility` names the pages that hold it."""

    uuid: Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z-]{1,64}$")]
    html: str | None = None
    visibility: str | None = None
    enabled: bool = True


class _Saved(msgspec.Struct):
    data: Script


_SAVED = msgspec.json.Decoder(_Saved)
_SCRIPT = msgspec.json.Decoder(Script)


def read_scripts(client: StoreClient) -> list[Script]:
    """All scripts of our API account: one request, because it can have ten. Raises any BigCommerceError."""
    return read_items(client, _PATH, _SCRIPT, scope=SCOPE)


def create_script(client: StoreClient, *, name: str, description: str, html: str, pages: Pages) -> Script:
    """Add a script to the head of these pages. Raises any BigCommerceError; OutcomeUnknown, too."""
    body = _body(name, description, html, pages)
    response = client.send("POST", _PATH, json=body, scope=_scope(pages), safe_to_repeat=False)
    return decode(_SAVED, response.content, method="POST", path=_PATH).data


def update_script(
    client: StoreClient, uuid: str, *, name: str, description: str, html: str, pages: Pages
) -> Script:
    """Replace a script, and switch it on. Raises any BigCommerceError."""
    path = f"{_PATH}/{uuid}"
    body = _body(name, description, html, pages)
    response = client.send("PUT", path, json=body, scope=_scope(pages), safe_to_repeat=True)
    return decode(_SAVED, response.content, method="PUT", path=path).data


def delete_script(client: StoreClient, uuid: str) -> None:
    """Delete a script; one that is gone already is no error. Raises any other BigCommerceError."""
    delete_item(client, f"{_PATH}/{uuid}", scope=SCOPE)


def _scope(pages: Pages) -> str:
    return CHECKOUT_SCOPE if pages == "all_pages" else SCOPE


def _body(name: str, description: str, html: str, pages: Pages) -> dict[str, object]:
    return {
        "name": name,
        "description": description,
        "kind": "script_tag",
        "html": html,
        "location": "head",
        "load_method": "default",
        "visibility": pages,
        # anything else would not run before a shopper agrees to a cookie banner
        "consent_category": "essential",
        "enabled": True,
        # with the API account that added it, the script goes, too
        "auto_uninstall": True,
    }
