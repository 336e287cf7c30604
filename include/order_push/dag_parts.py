"""The parts that the DAGs of the order push and of the reconciliation share: Params, first task, retries."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, get_current_context, task

from include.tasks.retry_policy import retries
from include.tasks.run_step import run_step

DEFAULT_ARGUMENTS = {
    "owner": "bigcommerce",
    **retries(),
}

# the CRM tables that lineage names as read
ORDER_TABLES = ["crm.customer_order", "crm.customer_order_line"]
# the name of a mapped task in the UI
STORE_NAME = "{{ task.op_kwargs['store_name'] }}"


def params(time: str) -> dict[str, Param]:
    """The Params of both DAGs; `time` describes the time span."""
    return {
        "store": Param(
            None,
            type=["null", "string"],
            title="Store",
            description="The store hash of one store, e.g. 7f5kjtkp2. Empty: all stores that send orders.",
        ),
        "from": Param(
            None,
            type=["null", "string"],
            format="date-time",
            title="Completed from",
            description=f"{time} Give both ends or neither.",
        ),
        "to": Param(
            None,
            type=["null", "string"],
            format="date-time",
            title="Completed before",
            description="The end of the time span, not included in it.",
        ),
    }


@task(execution_timeout=timedelta(minutes=5))
def find_stores() -> list[dict[str, str]]:
    """The stores to work on: {store_hash, store_name} of each."""
    from include.order_push.stores import sending_stores

    store_hash = get_current_context()["params"]["store"] or None
    found = run_step(lambda: sending_stores(store_hash), doing="looking for stores that send orders")
    return list(found["stores"])
