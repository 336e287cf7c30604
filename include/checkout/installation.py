"""Installs the redirect script in a store, finds it there, and removes it."""

from __future__ import annotations

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import ScopeMissing
from include.bigcommerce.scripts import (
    Pages,
    Script,
    create_script,
    delete_script,
    read_scripts,
    update_script,
)
from include.checkout.script import version_in
from include.crm.checkout_scripts import State

NAME = "CRM checkout redirect"
DESCRIPTION = (
    "Takes shoppers to the CRM's checkout. The CRM's BigCommerce data source keeps this script up to date; "
    "switch it off there."
)


def find(client: StoreClient) -> list[Script]:
    """Our script in the store, by the mark in its text; more than one if an earlier answer got lost."""
    return [script for script in read_scripts(client) if version_in(script.html or "")]


def state_of(script: Script | None, version: str, *, was_installed: bool) -> State:
    """What the script that was found, if any, means where the store should have this version."""
    if script is None:
        return "removed" if was_installed else "missing"
    if not script.enabled:
        return "disabled"
    return "installed" if version_in(script.html or "") == version else "outdated"


def install(client: StoreClient, html: str) -> Script:
    """Put the script into the store, or update what is there: three to four requests.

    On all pages, or without the scope for checkout pages on the others. Raises any BigCommerceError.
    """
    found = find(client)
    kept = found[0] if found else None
    for extra in found[1:]:
        delete_script(client, extra.uuid)
    try:
        return _save(client, kept, html, "all_pages")
    except ScopeMissing:
        return _save(client, kept, html, "storefront")


def remove(client: StoreClient) -> None:
    """Delete the script from the store. Raises any BigCommerceError."""
    for script in find(client):
        delete_script(client, script.uuid)


def _save(client: StoreClient, kept: Script | None, html: str, pages: Pages) -> Script:
    if kept is None:
        return create_script(client, name=NAME, description=DESCRIPTION, html=html, pages=pages)
    return update_script(client, kept.uuid, name=NAME, description=DESCRIPTION, html=html, pages=pages)
