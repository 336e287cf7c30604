"""The parts that the DAGs about orders share: Params, arguments, retries."""

from __future__ import annotations

from airflow.sdk import Param

from include.tasks.retry_policy import retries

DEFAULT_ARGUMENTS = {
    "owner": "bigcommerce",
    **retries(),
}

# paid orders go before everything else that waits for a worker
BEFORE_SYNCS = 10
# the CRM tables that lineage names as read
ORDER_TABLES = ["crm.customer_order", "crm.customer_order_line"]
# the name of a mapped task in the UI: that of its store, or of the first of several
STORE_NAME = "{{ task.op_kwargs['name'] }}"


def params(
    time: str, *, happened: str = "Completed", stores: str = "all stores that send orders"
) -> dict[str, Param]:
    """The Params that choose stores and a time span; `happened` says what happened to an order in it.

    `time` describes the time span, `stores` which stores an empty field means.
    """
    return {
        "store": Param(
            None,
            type=["null", "string"],
            title="Store",
            description=f"The store hash of one store, e.g. 7f5kjtkp2. Empty: {stores}.",
        ),
        "from": Param(
            None,
            type=["null", "string"],
            format="date-time",
            title=f"{happened} from",
            description=f"{time} Give both ends or neither.",
        ),
        "to": Param(
            None,
            type=["null", "string"],
            format="date-time",
            title=f"{happened} before",
            description="The end of the time span, not included in it.",
        ),
    }
