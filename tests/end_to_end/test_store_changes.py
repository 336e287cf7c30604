"""What changes in a store, in a real Airflow: by the call of a webhook into the CRM, within seconds."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from include.crm import change_hints
from include.sandbox import Sandbox
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


def test_a_slow_store_does_not_keep_the_changes_of_others_waiting(
    calling_store: Store, another_sandbox: Sandbox
) -> None:
    slow = Store(calling_store.system, another_sandbox)
    slow.activate()
    slow.sync_without_airflow()
    chosen = slow.sandbox.catalogue.product_ids[0]
    slow.sandbox.catalogue.change_product(chosen, name="Renamed")
    slow.sandbox.forget_requests()
    slow.sandbox.settings.latency_seconds = 10.0  # three requests take longer than all that follows
    keep_hints(slow, chosen)
    wait_for(lambda: slow.sandbox.requests, "the first request to the slow store")

    variant_id = calling_store.variants()[0]["bigcommerce_variant_id"]
    calling_store.sandbox.catalogue.set_price(variant_id, "123.45")
    [sync] = wait_for(lambda: of_changes(calling_store), "a sync of changes")
    assert sync["status"] == "Completed"
    assert of_changes(slow) == []
    slow.sandbox.settings.latency_seconds = 0.0
    [slow_sync] = wait_for(lambda: of_changes(slow), "the sync of the slow store")
    assert slow_sync["status"] == "Completed"


def test_very_many_changes_at_once_become_one_full_sync(store: Store) -> None:
    store.sync_without_airflow()
    keep_hints(store, *range(1, 2_002))
    wait_for(lambda: len(store.crm(SYNCS, store.sandbox.store_hash)) == 2, "a second full sync")
    assert of_changes(store) == []


def keep_hints(store: Store, *product_ids: int) -> None:
    """The store says that these products changed."""
    with psycopg.connect(store.system.postgres.url("crm")) as crm:
        [[data_source_id]] = crm.execute(
            "SELECT data_source_id FROM crm.data_source WHERE store_hash = %s", [store.sandbox.store_hash]
        ).fetchall()
        for product_id in product_ids:
            change_hints.keep(crm, data_source_id, "product", product_id, f"event of {product_id}")


def of_changes(store: Store) -> list[dict[str, Any]]:
    """The ended syncs that read just some products."""
    syncs = store.crm(SYNCS, store.sandbox.store_hash)
    return [each for each in syncs if each["only_product_ids"] is not None]
