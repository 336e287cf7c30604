"""The page as people look at it: enlarged, on paper, with forced colours, or without its scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browsers import visiting
from tests.support.page_visitors import MOUNT, Visitor

PAPER = {"width": 718, "height": 1000}  # A4 with margins, in CSS pixels
ENLARGED = {"width": 320, "height": 256}  # a window of 1280 x 1024 at 400 %
RIGHT_TO_LEFT = "\N{HEBREW LETTER TAV}\N{HEBREW LETTER HE} \N{RIGHT-TO-LEFT OVERRIDE}3"


@pytest.fixture
def stores(crm: Any) -> None:
    """Eight stores, more than are shown as cards, some with unusual names."""
    names = [RIGHT_TO_LEFT, "Tea & Co", "W" * 120, *(f"Store {number}" for number in range(5))]
    for number, name in enumerate(names):
        crm.execute(
            "INSERT INTO crm.data_source (store_hash, store_name, tags) VALUES (%s, %s, '{EU,wholesale}')",
            [f"shop{number}", name],
        )
    crm.commit()


@pytest.fixture
def visit(
    stores: None, api: str, visitor: Callable[..., Visitor], browser: Browser
) -> Iterator[Callable[..., Page]]:
    """Opens a page as an administrator, in a browser with options."""
    token = visitor("admin").client.headers["Authorization"].removeprefix("Bearer ")
    opened: list[Any] = []

    def open_page(path: str, **options: Any) -> Page:
        context = visiting(browser, base_url=api, **options)
        person: BrowserContext = context.__enter__()
        opened.append(context)
        person.add_cookies([{"name": "_token", "value": token, "url": api}])
        page = person.new_page()
        page.goto(f"{MOUNT}/{path}")
        return page

    yield open_page
    for context in opened:
        context.__exit__(None, None, None)


def too_wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_stores_can_be_selected_where_the_page_is_enlarged_four_times(visit: Callable[..., Page]) -> None:
    page = visit("", viewport=ENLARGED)
    for store_hash in ("shop3", "shop4", "shop0"):
        page.locator(f"#pick-{store_hash}").check()  # fails where the buttons for the selection cover it
    expect(page.locator("#bulk-number")).to_have_text("3 selected")
    assert too_wide(page) <= 0


@pytest.mark.parametrize("width", [660, 718, 800, 1030, 1280])
def test_list_fits_every_width(visit: Callable[..., Page], width: int) -> None:
    assert too_wide(visit("", viewport={"width": width, "height": 900})) <= 0


def test_name_that_runs_from_right_to_left_leaves_the_store_hash_as_it_is(
    visit: Callable[..., Page],
) -> None:
    page = visit("")
    name, store_hash = page.locator("#row-shop0 bdi"), page.locator("#row-shop0 .hash")
    assert name.bounding_box()["x"] < store_hash.bounding_box()["x"]  # type: ignore[index]


def test_paper_has_dark_text_whole_sentences_and_nothing_to_press(visit: Callable[..., Page]) -> None:
    for path in ("", "shop1", "shop1/orders"):
        page = visit(path, viewport=PAPER, color_scheme="dark")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(24, 24, 27)"
        assert too_wide(page) <= 0
        assert [each for each in page.locator("button, summary, .button").all() if each.is_visible()] == []


@pytest.mark.parametrize("path", ["?show=late&tag=EU", "shop1/orders?state=rejected"])
def test_what_is_chosen_stands_out_in_forced_colours(visit: Callable[..., Page], path: str) -> None:
    page = visit(path, forced_colors="active")
    chosen = page.locator(".filters [aria-current], .chip[aria-current], .views [aria-current]")
    assert chosen.count() >= 1
    for each in chosen.all():
        colours = each.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
        highlight = page.evaluate(
            "() => { const e = document.body.appendChild(document.createElement('i'));"
            " e.style.cssText = 'forced-color-adjust: none; color: HighlightText; background: Highlight';"
            " return [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]; }"
        )
        assert colours == highlight
    border = "e => getComputedStyle(e).borderBottomColor"
    tabs = page.locator(".tabs [aria-current]"), page.locator(".tabs a:not([aria-current])")
    if tabs[0].count():
        assert tabs[0].evaluate(border) != tabs[1].first.evaluate(border)


def test_what_went_wrong_has_a_frame_in_forced_colours(visit: Callable[..., Page], crm: Any) -> None:
    crm.execute(
        "INSERT INTO crm.sync_run (data_source_id, dag_id, dag_run_id, trigger, status, error, finished_at) "
        "SELECT data_source_id, 'sync', 'failed', 'manual', 'Failed', 'No.', now() FROM crm.data_source "
        "WHERE store_hash = 'shop1'"
    )
    crm.commit()
    sentence = visit("shop1", forced_colors="active").locator(".sentence.bad")
    assert sentence.evaluate("e => getComputedStyle(e).borderTopWidth") == "1px"


def test_without_scripts_the_page_says_so_and_no_form_sends_anything(visit: Callable[..., Page]) -> None:
    page = visit("activate", java_script_enabled=False)
    expect(page.get_by_role("alert")).to_contain_text("allow JavaScript")
    page.get_by_label("Access token").fill("secret")
    page.get_by_role("button", name="Activate", exact=True).click()
    page.wait_for_timeout(300)
    assert page.url.endswith("/activate")


def test_page_says_that_its_scripts_cannot_be_loaded(visit: Callable[..., Page]) -> None:
    page = visit("activate")
    warning = page.locator(".without-scripts")
    expect(warning).to_be_hidden()
    page.route("**/htmx-*", lambda route: route.abort())
    page.reload()
    expect(warning).to_be_visible()
