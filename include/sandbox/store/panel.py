"""The changes that a person can make on the control panel, playing the merchant."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from include.sandbox.store.sandbox import Sandbox

FULL_STOCK = 1000
ORDERS_SCOPE = "store_v2_orders"


def _raise_prices(sandbox: Sandbox) -> None:
    sandbox.catalogue.raise_prices(every=1)


def _rename(sandbox: Sandbox) -> None:
    product_id = sandbox.catalogue.product_ids[0]
    name = sandbox.catalogue.entry(product_id).product.name
    sandbox.catalogue.change_product(product_id, name=f"{name} (new)")


def _add(sandbox: Sandbox) -> None:
    number = len(sandbox.catalogue.product_ids) + 1
    sandbox.catalogue.add_product(f"New product {number}", [{"sku": f"NEW-{number}", "price": "19.90"}])


def _remove(sandbox: Sandbox) -> None:
    sandbox.catalogue.remove_product(sandbox.catalogue.product_ids[-1])


def _recreate(sandbox: Sandbox) -> None:
    sandbox.catalogue.recreate_variants(sandbox.catalogue.product_ids[0])


def _restock(sandbox: Sandbox) -> None:
    for product_id in sandbox.catalogue.product_ids:
        for variant in sandbox.catalogue.entry(product_id).variants:
            sandbox.catalogue.set_stock(variant.id, FULL_STOCK)


def _become_unavailable(sandbox: Sandbox) -> None:
    sandbox.faults.add("status", status=503, times=None)


class Change(NamedTuple):
    """A button, its visible effect in Airflow, and what it does."""

    label: str
    effect: str
    make: Callable[[Sandbox], object]


CHANGES = {
    "restock": Change(
        "Restock everything",
        "Orders rejected as out of stock succeed when they are retried.",
        _restock,
    ),
    "raise-prices": Change(
        "Raise prices by 1",
        "The next sync changes one variant of each product; override prices stay as they are.",
        _raise_prices,
    ),
    "rename": Change("Rename the first product", "The next sync changes its name.", _rename),
    "add": Change("Add a product", "The next sync adds it and writes its custom field back.", _add),
    "remove": Change(
        "Remove the last product", "The next sync marks it as removed and keeps its ids.", _remove
    ),
    "recreate": Change(
        "Recreate the first product's variants",
        "The next sync matches them to new ids in BigCommerce. Ids and override prices in the CRM stay.",
        _recreate,
    ),
    "refuse-token": Change(
        "Refuse the access token",
        "The next sync fails and explains how to enter a new token.",
        lambda sandbox: sandbox.access.revoke_token(),
    ),
    "accept-token": Change(
        "Accept the access token again",
        "Syncs work again.",
        lambda sandbox: sandbox.access.renew_token(sandbox.access.token),
    ),
    "drop-scope": Change(
        "Remove the scope for orders",
        "Orders wait instead of being rejected, and the run names the missing scope.",
        lambda sandbox: sandbox.access.scopes.discard(ORDERS_SCOPE),
    ),
    "grant-scope": Change(
        "Restore the scope for orders",
        "The next order push sends the waiting orders.",
        lambda sandbox: sandbox.access.grant_scope(ORDERS_SCOPE),
    ),
    "fail-orders": Change(
        "Fail new orders",
        "The store answers every new order with 502. Orders wait, and none is rejected.",
        lambda sandbox: sandbox.faults.fail_new_orders(),
    ),
    "require-choice": Change(
        "Require a choice on the first product",
        "Orders of this product are refused until a value for its new option is sent.",
        lambda sandbox: sandbox.catalogue.add_modifier(sandbox.catalogue.product_ids[0], "Gift box"),
    ),
    "remove-scripts": Change(
        "Delete all storefront scripts",
        "Shoppers check out at BigCommerce until an app installs its script again.",
        lambda sandbox: sandbox.scripts.remove_all(),
    ),
    "unavailable": Change(
        "Become unavailable",
        "The store answers every request with 503. Syncs wait and retry.",
        _become_unavailable,
    ),
    "available": Change(
        "Become available again", "Waiting syncs and orders continue.", lambda sandbox: sandbox.faults.clear()
    ),
}
