"""What changes in a store, in a real Airflow: by the call of a webhook into the CRM, within seconds."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from include.crm import change_hints
from tests.support.running_system import Store, wait_for

pytestmark = pytest.mark.end_to_end
SYNCS = """
    SELECT sync_run.* FROM crm.sync_run JOIN crm.data_source USING (data_source_id)
    WHERE store_hash = %s AND finished_at IS NOT NULL ORDER BY sync_run_id
"""


@pytest.fixture
def calling_store(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A synced store whose webhooks call the running Airflow."""
    store.sandbox.settings.hooks_to_loopback = True
    store.sync_without_airflow()
    monkeypatch.setenv("BIGCOMMERCE_PUBLIC_URL", store.system.airflow.address)
    store.command("update", "--new-token")
    return store


def test_a_new_price_in_the_store_is_in_the_crm_seconds_later(
    calling_store: Store, person: Callable[..., Page]
) -> None:
    store = calling_store
    variant_id = store.variants()[0]["bigcommerce_variant_id"]
    store.sandbox.forget_requests()
    store.sandbox.catalogue.set_price(variant_id, "123.45")

    [sync] = wait_for(lambda: of_changes(store), "a sync of changes")
    assert sync["status"] == "Completed"
    assert sync["only_product_ids"] == [store.sandbox.catalogue.product_of(variant_id)]
    prices = {each["bigcommerce_variant_id"]: each["price"] for each in store.variants()}
    assert prices[variant_id] == Decimal("123.45")
    # its variants, the currency of their prices, and which options it requires
    assert [each.method for each in store.sandbox.requests] == ["GET", "GET", "GET"]

    page = person("viewer")
    page.goto(f"{store.system.airflow.address}/data-sources/{store.sandbox.store_hash}/syncs")
    expect(page.locator("tbody tr").first).to_contain_text("a change in the store")


def test_very_many_changes_at_once_become_one_full_sync(store: Store) -> None:
    store.sync_without_airflow()
    with psycopg.connect(store.system.postgres.url("crm")) as crm:
        [[data_source_id]] = crm.execute(
            "SELECT data_source_id FROM crm.data_source WHERE store_hash = %s", [store.sandbox.store_hash]
        ).fetchall()
        for number in range(2_001):
            change_hints.keep(crm, data_source_id, "product", number + 1, f"event {number}")
    wait_for(lambda: len(store.crm(SYNCS, store.sandbox.store_hash)) == 2, "a second full sync")
    assert of_changes(store) == []


def of_changes(store: Store) -> list[dict[str, Any]]:
    """The ended syncs that read just some products."""
    syncs = store.crm(SYNCS, store.sandbox.store_hash)
    return [each for each in syncs if each["only_product_ids"] is not None]
