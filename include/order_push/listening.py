"""Starts a push within seconds after an order completed: a trigger that Airflow's triggerer runs.

If this whole path is broken, the next scheduled run of the order push sends the orders.
"""

from __future__ import annotations

from typing import Any

import psycopg

from include.crm import stores_that_send
from include.tasks.listening import Listening


class NewOrders(Listening):
    """Fires when there are completed orders that no push has taken yet."""

    default_channel = stores_that_send.NEW_ORDERS_CHANNEL
    listens_for = "orders"

    async def has_work(self, crm: psycopg.AsyncConnection[Any]) -> bool:
        """Whether an order completed lately and no push has taken it."""
        return await stores_that_send.has_new_orders(crm)
