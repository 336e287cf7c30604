"""Two people apply the same preview at the same moment, each with a connection of their own."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from include.crm import price_batches
from include.product_sync import price_changes, price_file_check
from include.product_sync.errors import PriceBatchClosed


@pytest.fixture
def preview(crm: psycopg.Connection[Any]) -> int:
    """An import that changes the price of one variant; its id."""
    crm.execute("""
        INSERT INTO crm.campaign (name, currency_code) VALUES ('Tea', 'EUR');
        INSERT INTO crm.campaign_product
            (campaign_id, bigcommerce_product_id, name, sku, is_visible, content_hash)
        VALUES (1, 77, 'Tea', '', true, '');
        INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name,
            options, price, purchasing_disabled, content_hash)
        VALUES (1, 100, 'T-1', 'Tea', '[]', 10, false, '');
    """)
    batch = price_file_check.preview_import(crm, 1, b"sku,override_price\nT-1,9\n", "prices.csv", "Ann")
    crm.commit()
    return batch.price_batch_id


def wait_until_blocked(crm: psycopg.Connection[Any], second: Future[Any]) -> None:
    """Until another connection waits for a lock, or has not had to."""
    waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(500):
        if second.done() or crm.execute(waiting).fetchone() is not None:
            return
        time.sleep(0.01)
    raise AssertionError("The second attempt neither ended nor waited.")


@pytest.mark.parametrize("act", [price_changes.apply, price_changes.undo])
def test_second_of_two_at_the_same_moment_changes_nothing(
    crm: psycopg.Connection[Any], crm_url: str, preview: int, act: Any
) -> None:
    if act is price_changes.undo:
        price_changes.apply(crm, 1, preview, "Ann")
        crm.commit()

    def attempt() -> None:
        with psycopg.connect(crm_url) as other:
            act(other, 1, preview, "Ben")

    with psycopg.connect(crm_url, autocommit=True) as looking, ThreadPoolExecutor() as threads:
        act(crm, 1, preview, "Ann")
        second = threads.submit(attempt)
        wait_until_blocked(looking, second)
        assert not second.done()
        crm.commit()
        with pytest.raises(PriceBatchClosed, match="already"):
            second.result(timeout=10)
    price = crm.execute("SELECT override_price FROM crm.campaign_product_variant").fetchone()
    assert price == (None if act is price_changes.undo else Decimal(9),)
    applied = price_batches.page(crm, 1, before=None, limit=9)
    assert [batch.applied_by for batch in applied] == ["Ann"] * (2 if act is price_changes.undo else 1)
