"""What claiming orders costs, however many attempts the ledger keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from include.crm import order_ledger
from include.crm.data_sources import DataSource
from tests.support.crm_rows import Add
from tests.support.query_cost import rows_visited

ATTEMPTS = 3_000


@pytest.mark.parametrize("are_counted", [False, True], ids=["not counted yet", "counted"])
def test_claim_reads_the_attempts_of_its_own_orders_alone(
    are_counted: bool,
    crm: psycopg.Connection[Any],
    add: Add,
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Callable[..., dict[str, Any]],
) -> None:
    store = source("tea")
    old = [ledger_row(store, order(store), "pushed") for _ in range(20)]
    new = [ledger_row(store, order(store)) for _ in range(10)]

    crm.execute(
        """INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome)
           SELECT order_push_id, 'worker', 'send', 'pushed'
           FROM unnest(%s::bigint[]) order_push_id, generate_series(1, %s)""",
        [[row["order_push_id"] for row in old], ATTEMPTS // len(old)],
    )
    if are_counted:
        crm.execute("ANALYZE crm.order_push_attempt")
    crm.commit()
    with rows_visited(crm) as visited:
        claimed = order_ledger.claim(crm, store.data_source_id, "worker", limit=10, lease_seconds=60)
    assert {each.order_push_id for each in claimed} == {each["order_push_id"] for each in new}
    assert sum(visited.values()) < ATTEMPTS / 10
