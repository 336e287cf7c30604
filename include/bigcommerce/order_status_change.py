"""Sets the status of an order (PUT /v2/orders/{id} of orders.v2.oas2.yml)."""

from __future__ import annotations

from collections.abc import Callable

from include.bigcommerce.client import StoreClient
from include.bigcommerce.orders import SCOPE


def set_order_status(
    client: StoreClient, order_id: int, status_id: int, *, may_leave: Callable[[], bool] = lambda: True
) -> None:
    """Set the status of an order; setting it twice is the same as once.

    `may_leave` is called right before each request leaves. Raises any BigCommerceError.
    """
    client.send(
        "PUT",
        f"/v2/orders/{order_id}",
        json={"status_id": status_id},
        scope=SCOPE,
        safe_to_repeat=True,
        may_leave=may_leave,
    )
