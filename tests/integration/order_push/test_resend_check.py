"""Before a second send, archived orders are found even where the store does not list them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Literal

import pytest

from include.order_push.resend_check import MOST_LOOK_UPS, orders_since
from include.sandbox import Sandbox
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]

AN_HOUR_AGO = datetime.now(timezone.utc) - timedelta(hours=1)


def archived_behind_a_gap(sandbox: Sandbox, gap: int) -> int:
    """A listed order, some that no longer exist, and the archived order crm-7; the id of the first."""
    listed = sandbox.orders.add_foreign().id
    for _ in range(gap):
        sandbox.orders.remove(sandbox.orders.add_foreign().id)
    sandbox.orders.archive(sandbox.orders.add_foreign("crm-7").id)
    return listed


@pytest.mark.parametrize("is_deleted_filter", ["ignored", "refused"])
def test_archived_order_is_found_behind_ids_without_an_order(
    is_deleted_filter: Literal["ignored", "refused"], shop: Shop
) -> None:
    store = shop()
    sandbox = store.sandbox
    listed = archived_behind_a_gap(sandbox, 2)
    sandbox.settings.is_deleted_filter = is_deleted_filter
    found = orders_since(store.client(), listed - 1, AN_HOUR_AGO)
    assert list(found.by_external_id) == ["crm-7"]
    assert found.is_whole


def test_too_many_ids_to_look_up_leave_it_open_what_the_store_has(
    shop: Shop,
) -> None:
    store = shop()
    sandbox = store.sandbox
    first = sandbox.orders.add_foreign().id
    for _ in range(MOST_LOOK_UPS):
        sandbox.orders.archive(sandbox.orders.add_foreign().id)
    sandbox.settings.is_deleted_filter = "refused"
    assert not orders_since(store.client(), first - 1, AN_HOUR_AGO).is_whole
