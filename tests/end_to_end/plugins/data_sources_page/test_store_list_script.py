"""The list of stores refreshes by itself: what a person does meanwhile is kept, and no press is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.support.browsers import visiting
from tests.support.page_scripts import STATIC, script_tags

SITE = "http://data-sources.test/"
LIST = """<section id="stores" hx-get="store-list" hx-trigger="refresh" hx-swap="outerHTML" data-seconds="15">
  <b id="number">%d</b>
  <div id="bulk" hidden><b id="bulk-number"></b><button data-bulk="syncs">Sync Products</button></div>
  <input type="checkbox" id="pick-all" aria-label="All">
  <input type="checkbox" id="pick-tea" value="tea" data-pick aria-label="Tea">
  <input type="checkbox" id="pick-cup" value="cup" data-pick aria-label="Cup">
  <details class="menu"><summary id="menu-tea">Actions</summary>
    <button id="sync" data-write="POST" data-url="sync" data-then="stay">Sync</button></details>
</section>"""
HTML = f"""<!doctype html><head>{script_tags("store_list.js")}</head><body>
<div id="notice" hidden><span data-sentence></span></div><div id="announcer"></div>
<section id="bulk-result" hidden><h2 id="bulk-result-title" tabindex="-1"></h2><ul></ul></section>
%s</body>"""


@pytest.fixture
def waiting() -> list[Route]:
    """Requests for the list that are not answered yet."""
    return []


@pytest.fixture
def written() -> list[Request]:
    """What the page has sent."""
    return []


@pytest.fixture
def page(waiting: list[Route], written: list[Request], browser: Browser) -> Iterator[Page]:
    """The list, and a request for the next one, which is under way."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if route.request.method == "POST":
            written.append(route.request)
            route.fulfill(json={"message": "Sent."})
        elif path == "store-list":
            waiting.append(route)
        elif path.startswith("static/"):
            route.fulfill(path=STATIC / path.removeprefix("static/"))
        else:
            route.fulfill(body=HTML % (LIST % 1), content_type="text/html")

    with visiting(browser) as person:
        page = person.new_page()
        page.route("**/*", answer)
        page.goto(SITE)
        ask_for_list(page)
        yield page


def ask_for_list(page: Page) -> None:
    """As the page does by itself every 15 seconds."""
    with page.expect_request("**/store-list"):
        page.evaluate("htmx.trigger('#stores', 'refresh')")


def replace_list(page: Page, waiting: list[Route]) -> None:
    """Answer the request that is under way."""
    while not waiting:
        page.wait_for_timeout(10)
    with page.expect_response("**/store-list") as response:
        waiting.pop().fulfill(body=LIST % 2, content_type="text/html")
    response.value.finished()


def test_selection_that_was_made_while_the_list_was_on_its_way_is_kept(
    page: Page, waiting: list[Route], written: list[Request]
) -> None:
    page.get_by_label("Cup").check()
    replace_list(page, waiting)
    expect(page.locator("#number")).to_have_text("2")
    expect(page.get_by_label("Cup")).to_be_checked()
    expect(page.get_by_label("Tea")).not_to_be_checked()
    expect(page.locator("#bulk-number")).to_have_text("1 selected")
    page.get_by_role("button", name="Sync Products").click()
    expect(page.locator("#bulk-result-title")).to_have_text("Sent.")
    assert [each.post_data_json for each in written] == [{"stores": ["cup"]}]
    replace_list(page, waiting)
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.get_by_label("Cup")).not_to_be_checked()


def test_menu_that_was_opened_while_the_list_was_on_its_way_stays_open(
    page: Page, waiting: list[Route]
) -> None:
    page.locator("#menu-tea").click()
    replace_list(page, waiting)
    expect(page.locator("#number")).to_have_text("2")
    expect(page.locator("#sync")).to_be_visible()


def test_press_that_lasts_while_the_list_arrives_is_a_click(
    page: Page, waiting: list[Route], written: list[Request]
) -> None:
    page.locator("#menu-tea").click()
    page.locator("#sync").hover()
    page.mouse.down()
    replace_list(page, waiting)
    with page.expect_request("**/sync"):
        page.mouse.up()
    expect(page.locator("#notice")).to_contain_text("Sent.")
    assert len(written) == 1
    ask_for_list(page)
    replace_list(page, waiting)
    expect(page.locator("#number")).to_have_text("2")


def test_menu_closes_when_the_keyboard_leaves_it_or_escapes(page: Page) -> None:
    menu, sync = page.locator("#menu-tea"), page.locator("#sync")
    menu.press("Enter")
    page.keyboard.press("Tab")
    expect(sync).to_be_focused()
    page.keyboard.press("Escape")
    expect(sync).to_be_hidden()
    expect(menu).to_be_focused()
    menu.press("Enter")
    expect(sync).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(sync).to_be_hidden()
