"""Admin → Data Sources as people use it: in a browser, within Airflow, with a real store behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Frame, FrameLocator, Page, expect

from include.local.orders import place_orders
from include.sandbox import Sandbox
from tests.support.running_system import PATIENCE_SECONDS, Store, wait_for

pytestmark = pytest.mark.end_to_end
LONG = PATIENCE_SECONDS * 1000


def data_sources(page: Page) -> FrameLocator:
    """The page within Airflow's, reached as people do: by the Admin menu."""
    page.goto("/")
    page.get_by_role("button", name="Admin").click()
    page.get_by_role("menuitem", name="Data Sources").click()
    return page.frame_locator("iframe")


def card(inside: FrameLocator | Page, sandbox: Sandbox) -> Any:
    return inside.locator(f"#card-{sandbox.store_hash}")


def fill_in(inside: FrameLocator, sandbox: Sandbox, token: str) -> None:
    inside.get_by_role("link", name="+ Activate").first.click()
    inside.locator("#store_hash").fill(sandbox.store_hash)  # the list's search names the store hash, too
    inside.get_by_label("Access token").fill(token)
    inside.get_by_text("More settings").click()
    inside.get_by_label("Base URL").fill(sandbox.base_url)
    inside.get_by_role("button", name="Activate", exact=True).click()


def open_page(store: Store, page: Page, path: str) -> None:
    page.goto(f"{store.system.airflow.address}/data-sources/{path}")


def test_a_store_is_activated_synced_and_an_override_price_survives_the_next_sync(
    system: Any, sandbox: Sandbox, person: Callable[..., Page]
) -> None:
    page = person("admin")
    inside = data_sources(page)
    fill_in(inside, sandbox, sandbox.token)
    expect(inside.get_by_text("Sandbox Store is activated")).to_be_visible(timeout=LONG)
    sync = inside.get_by_role("button", name="Sync Products")
    expect(sync).to_be_enabled(timeout=LONG)  # once Airflow shows the DAG
    sync.click()
    expect(inside.get_by_text("Sync queued; it will start shortly.").first).to_be_visible()
    states = card(inside, sandbox).locator(".states")
    expect(states).to_contain_text(re.compile("Submitted|In Progress"))
    expect(states).to_contain_text("Completed", timeout=LONG)
    expect(card(inside, sandbox)).to_contain_text("20 products, 60 variants")
    figures = inside.get_by_role("region", name="Key figures")
    expect(figures).to_contain_text(re.compile(r"Variants\s*60"))
    expect(figures).to_contain_text(re.compile(r"Not ready for checkout\s*\d+\s*variants"))

    inside.get_by_role("link", name="Campaign products").click()
    price = inside.get_by_label(re.compile("Override price of")).first
    price.fill("0,99")
    price.press("Enter")
    expect(inside.get_by_text("without commas")).to_be_visible()
    price.fill("0.99")
    price.press("Enter")
    expect(inside.get_by_text("Override saved: 0.99")).to_be_visible()
    expect(inside.get_by_text("Overridden by admin")).to_be_visible()

    sandbox.catalogue.raise_prices(every=1)
    inside.get_by_role("link", name="Overview").click()
    inside.get_by_role("button", name="Sync Products").click()
    expect(card(inside, sandbox)).to_contain_text("20 changed", timeout=LONG)
    inside.get_by_role("link", name="Campaign products").click()
    expect(inside.get_by_label(re.compile("Override price of")).first).to_have_value("0.99")
    inside.get_by_role("button", name="Reset to synced price").click()
    expect(inside.get_by_text("Reset to synced price: ")).to_be_visible()


def test_rejected_order_is_fixed_retried_and_pushed(store: Store, person: Callable[..., Page]) -> None:
    store.sync_without_airflow()
    store.update(send_initial_orders=True, send_rebill_orders=True)
    for variant in store.sandbox.catalogue.all_variants():
        store.sandbox.catalogue.set_stock(variant.id, 0)
    with_orders = store.system.postgres.url("crm")
    order_id = _place_one(with_orders, store)
    page = person("user")
    open_page(store, page, f"{store.sandbox.store_hash}/orders")
    page.get_by_role("button", name="Push now").click()
    page.wait_for_url(re.compile("order-pushes"))
    expect(page.get_by_text("1 rejected")).to_be_visible(timeout=LONG)
    page.get_by_role("link", name="Orders", exact=True).click()
    page.get_by_role("link", name="Rejected 1").click()
    page.get_by_role("link", name=str(order_id), exact=True).click()
    expect(page.get_by_text("out of stock").first).to_be_visible()

    for variant in store.sandbox.catalogue.all_variants():
        store.sandbox.catalogue.set_stock(variant.id, 1000)
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text(f"Order {order_id} queued for the next push")).to_be_visible()
    page.get_by_role("button", name="Push now").click()
    page.wait_for_url(re.compile("order-pushes"))
    expect(page.get_by_text("1 order pushed")).to_be_visible(timeout=LONG)
    open_page(store, page, f"{store.sandbox.store_hash}/orders/{order_id}")
    expect(page.get_by_text("Pushed", exact=True)).to_be_visible()
    assert len(store.sandbox.orders) == 1


def _place_one(url: str, store: Store) -> int:
    with psycopg.connect(url, autocommit=True) as crm:
        columns = {"order_status": "COMPLETE", "is_test": False, "order_type": "NEW_SALE"}
        return place_orders(crm, store.sandbox.store_hash, 1, **columns)[0]


def test_a_wrong_token_and_a_missing_scope_are_named_at_the_field(
    system: Any, sandbox: Sandbox, person: Callable[..., Page]
) -> None:
    inside = data_sources(person("op"))
    fill_in(inside, sandbox, "a-wrong-token")
    problem = inside.locator("#problem-access_token")
    expect(problem).to_contain_text("BigCommerce rejected the access token", timeout=LONG)
    sandbox.access.drop_scope("store_v2_products")
    inside.get_by_label("Access token").fill(sandbox.token)
    inside.get_by_role("button", name="Test access").click()
    expect(problem).to_contain_text("Products: modify", timeout=LONG)
    inside.get_by_label("Automatic sync").fill("59")
    expect(inside.get_by_text("at most every 60 minutes")).to_be_visible()

    # the check while people type, half a second later, takes nothing of the answer away
    inside.get_by_label("Access token").fill("a-wrong-token")
    inside.get_by_role("button", name="Test access").click()
    expect(problem).to_contain_text("BigCommerce rejected the access token", timeout=LONG)
    problem.page.wait_for_timeout(1_000)
    expect(problem).to_contain_text("BigCommerce rejected the access token")


def test_a_viewer_sees_everything_and_can_change_nothing(store: Store, person: Callable[..., Page]) -> None:
    store.sync_without_airflow()
    page = person("viewer")
    for path in ("", "/products", "/orders", "/syncs"):
        open_page(store, page, f"{store.sandbox.store_hash}{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.locator("[data-write]").count() == 0
    open_page(store, page, f"{store.sandbox.store_hash}/settings")
    expect(page.get_by_role("alert")).to_contain_text("Your role in Airflow does not allow this")


def test_a_store_is_activated_with_the_keyboard_alone(
    system: Any, sandbox: Sandbox, person: Callable[..., Page]
) -> None:
    page = person("op")
    page.goto(f"{system.airflow.address}/data-sources/activate")
    keyboard = page.keyboard

    def tab_to(name: str) -> None:
        for _ in range(40):
            keyboard.press("Tab")
            if (
                page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
                == name
            ):
                return
        raise AssertionError(f"no Tab leads to {name}")

    tab_to("store_hash")
    keyboard.type(sandbox.store_hash)
    tab_to("access_token")
    keyboard.type(sandbox.token)
    tab_to("More settings")
    keyboard.press("Enter")
    tab_to("base_url")
    keyboard.type(sandbox.base_url)
    keyboard.press("Enter")
    page.wait_for_url(f"**/data-sources/{sandbox.store_hash}")
    expect(page.get_by_text("Sandbox Store is activated")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_in_airflows_frame_follows_its_theme_and_fits_a_phone(
    system: Any, person: Callable[..., Page], theme: str
) -> None:
    page = person("admin", width=390, theme=theme)
    page.goto(f"{system.airflow.address}/plugin/data_sources")
    frame = _frame(page)
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    expect(frame.locator("html")).to_have_attribute("data-theme", theme)
    wide = frame.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} pixels too wide"


def _frame(page: Page) -> Frame:
    def frame() -> Frame | None:
        page.wait_for_timeout(50)
        inside = (each for each in page.frames if each.parent_frame is not None)
        return next((each for each in inside if "/data-sources/" in each.url), None)

    return wait_for(frame, "the frame of Data Sources")


def test_links_lead_out_of_the_frame_into_airflow(store: Store, person: Callable[..., Page]) -> None:
    page = person("viewer")
    # as a table, however many stores there are
    page.goto(f"{store.system.airflow.address}/plugin/data_sources/data-sources/?view=table")
    inside = page.frame_locator("iframe")
    inside.locator(f"#menu-{store.sandbox.store_hash}").click()
    inside.get_by_role("link", name="DAG in Airflow").click()
    page.wait_for_url(f"**/dags/{store.dag_id}*")
    assert page.frame_locator("iframe").locator("#main").count() == 0
