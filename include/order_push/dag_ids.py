"""The ids of the DAGs about orders, as Airflow, its REST API and the page know them."""

from __future__ import annotations

ORDER_PUSH = "bigcommerce_order_push"
ORDER_PUSH_NOW = "bigcommerce_order_push_now"
ORDER_RECONCILIATION = "bigcommerce_order_reconciliation"
ORDER_UPDATES = "bigcommerce_order_updates"
