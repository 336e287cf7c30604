"""The ids of our DAGs, as Airflow, its REST API and the page know them."""

from __future__ import annotations

PRODUCT_SYNC_PREFIX = "bigcommerce_product_sync__"  # the hash of its store follows
ORDER_PUSH = "bigcommerce_order_push"
ORDER_PUSH_NOW = "bigcommerce_order_push_now"
ORDER_RECONCILIATION = "bigcommerce_order_reconciliation"
ORDER_UPDATES = "bigcommerce_order_updates"
STORE_CHANGES = "bigcommerce_store_changes"
MONITORING = "bigcommerce_monitoring"
HOUSEKEEPING = "bigcommerce_housekeeping"

# The id of each of our DAGs begins with one of these.
DAG_IDS = (
    PRODUCT_SYNC_PREFIX,
    ORDER_PUSH,
    ORDER_PUSH_NOW,
    ORDER_RECONCILIATION,
    ORDER_UPDATES,
    STORE_CHANGES,
    MONITORING,
    HOUSEKEEPING,
)


def dag_id_of(store_hash: str) -> str:
    """Id of the product-sync DAG of a store."""
    return PRODUCT_SYNC_PREFIX + store_hash
