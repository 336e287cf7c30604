"""Many stores on the page in a real browser: what is wrong among them is found, fixed and cleared in bulk."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from playwright.sync_api import Page, expect
from rich.console import Console

from include.local.console import Steps
from include.local.demo_stores import stores_of_demo
from include.local.many_stores import add_stores
from include.local.system import System
from tests.support.running_system import MORE_STORES

pytestmark = pytest.mark.end_to_end
LONG = 120_000
STORES = stores_of_demo(MORE_STORES)
REFUSED = [store.store_hash for store in STORES if store.story in ("revoked token", "missing scope")]
[REJECTING] = [store.store_hash for store in STORES if store.story == "rejected orders"]
OUR_STORES = [[store.store_hash for store in STORES]]


@pytest.fixture(scope="module")
def stores(system: System) -> Iterator[None]:
    """The stores of the demo with many; afterwards no run for all stores waits for them."""
    add_stores(system, Steps(Console()), MORE_STORES)
    yield
    with psycopg.connect(system.postgres.url("crm"), autocommit=True) as crm:
        crm.execute("UPDATE crm.data_source SET state = 'inactive' WHERE store_hash = ANY(%s)", OUR_STORES)


def visit(system: System, page: Page, path: str) -> None:
    page.goto(f"{system.airflow.address}/data-sources/{path}")


def test_failed_stores_are_found_given_new_tokens_and_synced_together(
    stores: None, system: System, person: Callable[..., Page]
) -> None:
    page = person("op")
    visit(system, page, "")
    page.locator("#filter-failed").click()
    rows = page.locator("table.stores tbody tr")
    expect(rows).to_have_count(len(REFUSED))
    for store_hash in REFUSED:
        visit(system, page, "?show=failed")
        page.locator(f"#token-{store_hash}").click()
        page.get_by_label("Access token").fill(system.secrets.store_token)
        page.get_by_role("button", name="Save").click()
        page.wait_for_url(f"**/data-sources/{store_hash}")

    visit(system, page, "?show=failed")
    page.get_by_label("Select all stores shown").check()
    expect(page.locator("#bulk-number")).to_have_text(f"{len(REFUSED)} selected")
    page.locator("#bulk-sync").click()
    expect(page.locator("#bulk-result-title")).to_contain_text(str(len(REFUSED)))
    # the list refreshes by itself, and in the end no store is left in this group
    expect(page.locator("#filter-failed b")).to_have_text("0", timeout=LONG)
    visit(system, page, "?search=" + REFUSED[0])
    expect(rows).to_contain_text("Completed", timeout=LONG)


def test_rejected_orders_are_fixed_retried_together_and_pushed(
    stores: None, system: System, person: Callable[..., Page]
) -> None:
    page = person("user")
    visit(system, page, f"orders?state=rejected&store={REJECTING}")
    group = page.locator(".order-groups li")
    expect(group).to_have_count(1)
    expect(group).to_contain_text("3 orders: The billing address has a country that does not exist.")
    with psycopg.connect(system.postgres.url("crm"), autocommit=True) as crm:
        crm.execute(
            "UPDATE crm.customer_order SET country = 'US', state = 'CA', city = 'Oakland', "
            "postal_code = '94607' WHERE country = 'Atlantis'"
        )
    group.locator("summary", has_text="Retry all").click()
    group.get_by_role("button", name=re.compile("Retry all")).click()
    expect(page.get_by_text(re.compile("queued for the next push"))).to_be_visible()
    visit(system, page, f"{REJECTING}/orders")
    page.get_by_role("button", name="Push now").click()
    page.wait_for_url(re.compile("order-pushes"))
    expect(page.get_by_text("3 orders pushed")).to_be_visible(timeout=LONG)


def test_prices_are_imported_from_a_csv_file_with_a_mistake_and_undone(
    stores: None, system: System, person: Callable[..., Page]
) -> None:
    store_hash = STORES[0].store_hash
    variants = """SELECT bigcommerce_variant_id, override_price FROM crm.campaign_product_variant
                  JOIN crm.campaign_product USING (campaign_product_id)
                  JOIN crm.data_source USING (campaign_id) WHERE store_hash = %s"""
    with psycopg.connect(system.postgres.url("crm"), autocommit=True) as crm:
        before = dict(crm.execute(variants, [store_hash]).fetchall())
        lines = [f"{variant_id},{12 + number}.50" for number, variant_id in enumerate(before)]
        file = "\n".join(["bigcommerce_variant_id,override_price", *lines, f"{max(before)},minus two"])
        page = person("user")
        visit(system, page, f"{store_hash}/prices")
        upload = {"name": "prices.csv", "mimeType": "text/csv", "buffer": file.encode()}
        page.locator("#file").set_input_files([upload])  # type: ignore[list-item]
        page.get_by_role("button", name="Preview import").click()
        expect(page.get_by_text("Nothing has changed yet.")).to_be_visible(timeout=LONG)
        expect(page.get_by_role("table", name=re.compile("Skipped"))).to_contain_text("minus two")
        assert dict(crm.execute(variants, [store_hash]).fetchall()) == before

        # nobody can press a button before the script that handles it is there, however slow that is
        page.route("**/static/writes.js", lambda route: (time.sleep(2), route.continue_()))
        page.locator("#apply").click()
        expect(page.get_by_text("Changed by user")).to_be_visible(timeout=LONG)
        changed = dict(crm.execute(variants, [store_hash]).fetchall())
        assert sum(changed[each] != before[each] for each in before) >= len(before) - 1
        page.locator("#undo").click()
        expect(page.get_by_text("The change that this undid.")).to_be_visible(timeout=LONG)
        assert dict(crm.execute(variants, [store_hash]).fetchall()) == before
