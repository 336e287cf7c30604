"""Nothing runs out of its place, however wide the window is and however long the words and numbers are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from psycopg.types.json import Jsonb

from include.data_sources.settings import SECTIONS
from include.errors import actionable
from include.product_sync.errors import MassRemoval
from tests.support.browsers import visiting
from tests.support.page_visitors import MOUNT, Visitor

COUNTS = {
    "products": 250_000,
    "variants": 600_000,
    "variants_new": 1_600_000,
    "blank_skus": 1_000_000,
    "custom_fields_written": 600_000,
}
STORES = 12  # more than are shown as cards
WIDTHS = [320, 360, 390, 640, 700, 800, 1024, 1280, 1920]
# What is wider than the box it is in, and so is cut off or covers its neighbour.
RUNS_OUT = """() => [...document.querySelectorAll(
    "td, th, dd, dt, p, h1, h2, h3, li, label, button, summary, .badge" + (innerWidth > 640 ? "" : ", .wide")
  )]
  .filter((each) => each.clientWidth > 1 && !each.closest(".unseen, .skip, thead")
    && getComputedStyle(each).display !== "inline" && each.scrollWidth > each.clientWidth + 1)
  .map((each) => `${each.textContent.trim().slice(0, 50)}: ${each.scrollWidth} > ${each.clientWidth}`)"""
HISTORY = "shop0/variants/1/override-history"
INVISIBLE = "rgba(0, 0, 0, 0)"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def shops(crm: psycopg.Connection[Any]) -> None:
    """Stores that were synced, late and failed; the first sells large things at large prices."""
    crm.execute("INSERT INTO crm.campaign (name, currency_code) VALUES ('Tea', 'USD')")
    crm.execute(
        "INSERT INTO crm.data_source (store_hash, store_name, tags, auto_sync_minutes, campaign_id) "
        "SELECT 'shop' || n, 'Umber Umbrellas of the North', '{EU,wholesale,outlet}', 60, "
        "CASE n WHEN 0 THEN 1 END FROM generate_series(0, %s) n",
        [STORES - 1],
    )
    for status, error in ("Completed", None), ("Failed", "The access token lacks a scope. Enter a new one."):
        crm.execute(
            "INSERT INTO crm.sync_run (data_source_id, dag_id, dag_run_id, trigger, status, error, counts, "
            "started_at, finished_at, published_at) SELECT data_source_id, 'sync', store_hash || %(status)s, "
            "'manual', %(status)s, %(error)s, %(counts)s, now(), now() - interval '49 min', now() "
            "FROM crm.data_source",
            {"status": status, "error": error, "counts": Jsonb(COUNTS)},
        )
    crm.execute(
        "INSERT INTO crm.campaign_product (campaign_id, bigcommerce_product_id, name, sku, is_visible, "
        "content_hash) VALUES (1, 77, %s, 'T', false, '')",
        ["N" * 250],
    )
    crm.execute(
        "INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name, "
        "options, price, compare_at_price, purchasing_disabled, content_hash) "
        "SELECT 1, n, %s, 'Tea', %s, price, 9999999999.9999, true, '' "
        "FROM unnest('{0.01,19.9,10.3333,1000000,9999999999.9998}'::numeric[]) WITH ORDINALITY _ (price, n)",
        ["V" * 255, Jsonb([{"name": "Color", "value": "B" * 100}])],
    )
    crm.execute(
        "INSERT INTO crm.override_price_change (variant_detail_id, price_before, price_after, changed_by) "
        "SELECT 1, 999999999.9999, NULL, 'jane.with.a.long.name@example.com' FROM generate_series(1, 2)"
    )
    crm.execute(
        "INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, currency_code, "
        "price, total_amount, client_order_id, name, email_address) "
        "VALUES (1, 1, 'NEW_SALE', 'COMPLETE', 'USD', 999999999.99, 999999999.99, %s, %s, %s)",
        ["O" * 60, "N" * 120, f"{'jane.' * 12}doe@{'mail.' * 12}example.com"],
    )
    crm.execute(
        "INSERT INTO crm.customer_order_line (order_id, line_number, sku, name, quantity, price) "
        "VALUES (1, 1, %s, %s, 1, 999999999.99)",
        ["V" * 255, "N" * 250],
    )
    crm.execute(
        "INSERT INTO crm.order_push (data_source_id, order_id, state, requested_by, reason, next_step) "
        "SELECT data_source_id, 1, 'rejected', 'schedule', %s, 'Fix it.' FROM crm.data_source "
        "WHERE store_hash = 'shop0'",
        [f"BigCommerce refused the order. {'V' * 255} is out of stock."],
    )
    crm.commit()


@pytest.fixture
def page(shops: None, api: str, visitor: Callable[..., Visitor], browser: Browser) -> Iterator[Page]:
    """The browser of an administrator."""
    token = visitor("admin").client.headers["Authorization"].removeprefix("Bearer ")
    with visiting(browser, base_url=api) as person:
        person.add_cookies([{"name": "_token", "value": token, "url": api}])
        yield person.new_page()


def show(page: Page, path: str) -> None:
    """Open a page; one that says what went wrong fits everywhere."""
    answer = page.goto(f"{MOUNT}/{path}")
    assert answer is not None
    assert answer.ok


@pytest.mark.parametrize(
    "path",
    [
        "",
        "?view=cards",
        "shop0",
        "shop0/products",
        "shop0/products/1",
        "shop0/syncs",
        "shop0/orders",
        "shop0/orders/1",
        "orders",
        HISTORY,
    ],
)
def test_nothing_runs_out_of_its_place_at_any_width(page: Page, path: str) -> None:
    show(page, path)
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if said := [*page.evaluate(RUNS_OUT), *(["the page"] if page.evaluate(TOO_WIDE) > 0 else [])]:
            found[width] = said
    assert found == {}


@pytest.mark.parametrize(
    "path", ["", "shop0", "shop0/products", "shop0/syncs", "shop0/orders", "shop0/orders/1", HISTORY]
)
def test_paper_holds_every_column_and_no_empty_field(page: Page, path: str) -> None:
    show(page, path)
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 with margins
    page.emulate_media(media="print")
    assert page.evaluate(TOO_WIDE) <= 0
    assert page.evaluate(RUNS_OUT) == []
    seen = page.locator("input:visible, .pick:visible, .column-actions:visible").all()
    assert [each.evaluate("e => getComputedStyle(e).borderTopColor") for each in seen] == [INVISIBLE] * len(
        seen
    )


def test_many_tags_leave_the_list_in_sight(page: Page, crm: psycopg.Connection[Any]) -> None:
    crm.execute(
        "UPDATE crm.data_source SET tags = "
        "(SELECT array_agg(store_hash || '-with-tag-' || n) FROM generate_series(1, 10) n)"
    )
    crm.commit()
    page.goto(f"{MOUNT}/")
    tags = page.locator(".tags a")
    assert tags.count() == 10 * STORES
    assert page.locator("#stores").bounding_box()["y"] < 450  # type: ignore[index]
    tags.last.focus()
    assert tags.last.evaluate(
        "tag => { const [a, b] = [tag, tag.closest('.tags')].map((each) => each.getBoundingClientRect());"
        " return a.top >= b.top && a.bottom <= b.bottom; }"
    )


@pytest.mark.parametrize("width", [1216, 700, 390])  # 1280 without Airflow's own menu; a phone
@pytest.mark.parametrize("action", ["allow_mass_removal", "new_token", ""])
def test_reason_of_a_failed_sync_is_read_to_its_end_beside_its_button(
    page: Page, crm: psycopg.Connection[Any], action: str, width: int
) -> None:
    reason = actionable(MassRemoval(24, 1_072), "syncing").for_run_note
    crm.execute("UPDATE crm.sync_run SET error = %s, action = %s WHERE status = 'Failed'", [reason, action])
    crm.commit()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{MOUNT}/?view=table")
    why = page.locator("#row-shop1 .why.bad").first
    expect(why).to_have_text(reason)
    assert why.evaluate("e => e.scrollHeight - e.clientHeight") <= 1


def test_mass_removal_starts_only_after_a_confirmation(page: Page, crm: psycopg.Connection[Any]) -> None:
    crm.execute(
        "UPDATE crm.sync_run SET action = 'allow_mass_removal', "
        """counts = '{"would_remove_products": 7, "would_remove_variants": 48}' WHERE status = 'Failed'"""
    )
    crm.commit()
    written: list[Any] = []

    def answer(route: Route) -> None:
        written.append(route.request.post_data_json)
        route.fulfill(json={"message": "Sync queued."})

    page.route("**/api/data-sources/shop1/syncs", answer)
    page.goto(f"{MOUNT}/?view=table")
    button, dialog = page.locator("#mass-shop1"), page.get_by_role("dialog")
    cancel = dialog.get_by_role("button", name="Cancel")

    button.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Sync and remove 48 variants?")
    expect(dialog).to_contain_text("7 products with 48 variants")
    expect(cancel).to_be_focused()  # Enter once more must not remove anything
    page.evaluate("htmx.trigger('#stores', 'refresh')")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    cancel.click()
    expect(dialog).to_be_hidden()
    assert written == []

    button.click()
    dialog.get_by_role("button", name="Sync and remove").click()
    expect(page.get_by_text("Sync queued.")).to_be_visible()
    assert written == [{"allow_mass_removal": True, "remove_at_most": 48}]
    expect(button).to_be_visible()
    button.click()  # it asks again
    expect(dialog).to_be_visible()
    assert len(written) == 1


@pytest.mark.parametrize("size", [(390, 844), (1280, 900)])
@pytest.mark.parametrize("path", ["activate", "shop0/settings"])
def test_settings_are_in_sections_and_what_is_required_is_in_sight(
    page: Page, path: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{MOUNT}/{path}")
    assert tuple(page.locator("fieldset legend h2").all_text_contents()) == SECTIONS
    assert page.locator("form fieldset").count() == page.locator("fieldset").count()
    assert page.locator("fieldset input, fieldset select, fieldset + details input").count() > 0
    for required in page.locator("[aria-required]").all():
        expect(required).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Test access")).to_be_in_viewport(ratio=1)
    for name in ("accessToken", "campaignId", "billerId", "sendInitialOrders", "sendOrderStatus", "autoSync"):
        assert page.get_by_text(f"Help page: {name}").count() == 1


def test_overview_has_the_settings_in_the_sections_of_their_form(
    page: Page, crm: psycopg.Connection[Any]
) -> None:
    crm.execute("UPDATE crm.data_source SET tags = '{EU,outlet}' WHERE store_hash = 'shop0'")
    crm.commit()
    page.goto(f"{MOUNT}/shop0")
    settings = page.locator("section:has(> #settings)")
    assert tuple(settings.locator("h3").all_text_contents()) == SECTIONS
    expect(settings.locator("dl").first).to_contain_text("EU, outlet")
    shown = settings.locator("dt").all_text_contents()
    page.goto(f"{MOUNT}/shop0/settings")
    entered = page.locator("fieldset :is(label, .label)").all_text_contents()
    assert [name for name in shown if name != "Custom field"] == [name.strip() for name in entered]


def test_what_is_done_with_selected_orders_is_in_sight_with_their_number(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 560})
    page.goto(f"{MOUNT}/orders?state=rejected")
    decisions = page.locator(".decisions")
    expect(decisions).not_to_be_in_viewport()
    page.get_by_label("Select order 1").check()
    expect(decisions).to_be_in_viewport(ratio=1)
    expect(decisions.locator("b")).to_have_text("Selected orders: 1")
    assert decisions.get_by_role("button").all_inner_texts() == ["Retry"]  # nothing here can be reopened


@pytest.mark.parametrize("path", ["shop0/products", "shop0/products/1"])
def test_words_of_a_variant_stand_on_the_line_of_its_field(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{MOUNT}/{path}")
    cells = page.locator(".product td:not(:last-child)")
    assert cells.count() >= 25
    assert {each.evaluate("e => getComputedStyle(e).verticalAlign") for each in cells.all()} == {"baseline"}


def test_what_a_form_only_shows_stands_below_its_label(page: Page) -> None:
    page.goto(f"{MOUNT}/shop0/settings")
    for value in page.locator("output").all():
        label = value.locator("xpath=preceding-sibling::span")
        assert label.bounding_box()["y"] < value.bounding_box()["y"]  # type: ignore[index]


def test_placeholders_can_be_read_in_the_dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{MOUNT}/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    shown = page.locator("#search").evaluate("e => getComputedStyle(e, '::placeholder').color")
    assert shown == "rgb(161, 161, 170)"  # 6.9 : 1 on the field
