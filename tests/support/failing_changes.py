"""A store whose syncs of changes fail, and when they are tried again."""

from __future__ import annotations

from typing import Any

import pytest

from include.bigcommerce.errors import BigCommerceError
from include.store_changes import steps
from tests.support.hints import hint
from tests.support.shop import Shop


@pytest.fixture
def failing_shop(synced: Shop) -> Shop:
    """A store with a changed product that refuses every request for products."""
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    synced.sandbox.faults.add("status", status=401, path="/products", times=None)
    return synced


def fail(shop: Shop) -> float:
    """A run as soon as the pause ends, and that fails; the minutes until the next."""
    shop.change("UPDATE crm.change_pause SET until = now()")
    with pytest.raises(BigCommerceError):
        steps.follow(shop.sandbox.store_hash)
    [row] = shop.rows("SELECT extract(epoch FROM until - now()) / 60 AS minutes FROM crm.change_pause")
    return float(row["minutes"])


def syncs_of_changes(shop: Shop) -> list[dict[str, Any]]:
    """The newest first."""
    return shop.rows(
        "SELECT * FROM crm.sync_run WHERE only_product_ids IS NOT NULL ORDER BY sync_run_id DESC"
    )


def waits(shop: Shop) -> bool:
    """Whether no sync of its changes is due."""
    return not steps.due_stores()["stores"]
