"""The pools of the tasks that use a store's API: how many of them run at once.

Orders have a pool of their own, so that they never wait for long first syncs. Airflow never starts a task
whose pool is missing, so the pools are made by a deploy, at every activation and when a scheduler starts.
"""

from __future__ import annotations

from airflow.sdk.configuration import conf

POOL = "bigcommerce"
ORDER_POOL = "bigcommerce_orders"
POOL_SLOTS = 8
ORDER_POOL_SLOTS = 4
# Of all the tasks that Airflow runs at once, syncs leave these to orders and alerts.
LEFT_BY_SYNCS = 2


def make_pools() -> None:
    """Create the pools unless they exist; one that an operator has changed stays as it is."""
    from include import airflow_metadata  # heavy, and DAG files need only the names

    slots = max(1, min(POOL_SLOTS, conf.getint("core", "parallelism") - LEFT_BY_SYNCS))
    airflow_metadata.add_pool(POOL, slots, "How many stores are read or written at the same time.")
    airflow_metadata.add_pool(ORDER_POOL, ORDER_POOL_SLOTS, "How many tasks push orders at the same time.")
