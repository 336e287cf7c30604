"""Says which hooks a store should have, finds them there, installs and removes them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from include.bigcommerce.client import StoreClient
from include.bigcommerce.webhooks import (
    Webhook,
    create_webhook,
    delete_webhook,
    read_webhooks,
    update_webhook,
)
from include.store_hooks.secret import HEADER, matches

# Not store/product/* and store/sku/*: they are also called for every piece sold, which changes nothing here.
# store/order/* may not reach down to refunds: no source says so.
SCOPES = (
    "store/product/created",
    "store/product/updated",
    "store/product/deleted",
    "store/sku/created",
    "store/sku/updated",
    "store/sku/deleted",
    "store/order/*",
    "store/order/refund/created",
    "store/shipment/*",
)


def find(client: StoreClient, destination: str, known_ids: Collection[int]) -> list[Webhook]:
    """Our hooks in the store: those that call us, and those that we made for another address."""
    return [hook for hook in read_webhooks(client) if hook.destination == destination or hook.id in known_ids]


def are_as_wanted(hooks: Sequence[Webhook], destination: str, digest: bytes | None) -> bool:
    """Whether there is one active hook for each scope, with the address and the secret that we expect.

    The store lists the headers of a hook; where it should not, the secret is taken to be right.
    """
    if digest is None or sorted(hook.scope for hook in hooks) != sorted(SCOPES):
        return False
    secrets = [hook.header(HEADER) for hook in hooks]
    return all(hook.is_active in (True, 1) and hook.destination == destination for hook in hooks) and all(
        secret is None or matches(secret, digest) for secret in secrets
    )


def install(
    client: StoreClient,
    destination: str,
    secret: str,
    found: Sequence[Webhook],
    on_change: Callable[[list[int]], None],
) -> list[int]:
    """Make, replace and delete hooks until there is one active for each scope, with this secret: their ids.

    `on_change` is called with the ids of all our hooks whenever one was made. Raises any BigCommerceError.
    """
    headers = {HEADER: secret}
    ids = [hook.id for hook in found]
    kept: list[int] = []
    for scope in SCOPES:
        same = [hook for hook in found if hook.scope == scope]
        if same:
            update_webhook(client, same[0].id, scope=scope, destination=destination, headers=headers)
            kept.append(same[0].id)
        else:
            made = create_webhook(client, scope=scope, destination=destination, headers=headers)
            kept.append(made.id)
            ids.append(made.id)
            on_change(ids)
    for hook in found:
        if hook.id not in kept:
            delete_webhook(client, hook.id)
    return kept


def remove(client: StoreClient, destination: str, known_ids: Collection[int]) -> None:
    """Delete our hooks from the store. Raises any BigCommerceError."""
    for hook in find(client, destination, known_ids):
        delete_webhook(client, hook.id)
