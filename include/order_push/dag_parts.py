"""The parts that the DAGs of the order push and of the reconciliation share: Params, first task, retries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, RetryAction, RetryRule, get_current_context, task

from include.order_push.errors import NeedsAttention
from include.tasks.retry_policy import retries
from include.tasks.run_step import refuse_unknown_parameters, run_step

DEFAULT_ARGUMENTS = {
    "owner": "bigcommerce",
    **retries(
        RetryRule(
            NeedsAttention, RetryAction.FAIL, reason="Somebody has to correct something or decide first."
        )
    ),
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
    from include.order_push import steps
    from include.order_push.stores import sending_stores

    store_hash = get_current_context()["params"]["store"]

    def find() -> dict[str, Any]:
        refuse_unknown_parameters()
        return sending_stores(store_hash or None)

    return list(run_step(find, "looking for stores that send orders", steps.explain)["stores"])
