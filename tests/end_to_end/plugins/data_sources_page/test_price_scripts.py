"""What the scripts do with the forms of price changes, in a real browser whose requests all end here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.support.browsers import visiting
from tests.support.page_scripts import STATIC, script_tags

SITE = "http://data-sources.test/"
CONFIRM = "Charge 0 EUR: customers get this variant for free."
HTML = f"""<!doctype html><head>{script_tags()}</head><body>
<div id="notice" hidden><span data-sentence></span></div><div id="announcer"></div>
<form id="change-prices" data-write="POST" action="change" data-then="stay">
  <output data-count="selected">0</output><input type="checkbox" data-selects="selected" aria-label="All">
  <input type="radio" name="scope" value="selected" checked><input type="radio" name="scope" value="all">
  <button>Preview changes</button>
</form>
<input type="checkbox" form="change-prices" name="selected" value="7" aria-label="Seven">
<input type="checkbox" form="change-prices" name="selected" value="8" aria-label="Eight">
<form data-write="PUT" action="price" data-then="stay">
  <input name="price" value="0"><button>Update</button>
  <label><input type="checkbox" name="confirmed"> <span data-problem="confirmed"></span></label>
</form>
<form data-write="POST" action="import" data-then="stay" data-largest-file="10">
  <input type="file" name="file" required><p data-problem="file"></p><button>Preview import</button>
</form></body>"""


@pytest.fixture
def sent() -> list[Request]:
    """The requests that the page sent, without those that loaded it."""
    return []


@pytest.fixture
def page(sent: list[Request], browser: Browser) -> Iterator[Page]:
    """The page, open; a price is refused until it is confirmed."""

    def answer(route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(SITE)
        if request.method == "GET":
            if path.startswith("static/"):
                route.fulfill(path=STATIC / path.removeprefix("static/"))
            else:
                route.fulfill(body="" if path else HTML, content_type="text/html; charset=utf-8")
            return
        sent.append(request)
        if path == "price" and not body_of(request)["confirmed"]:
            route.fulfill(status=422, json={"detail": "Please confirm.", "problems": {"confirmed": CONFIRM}})
        else:
            route.fulfill(json={"message": "Saved."})

    with visiting(browser) as person:
        page = person.new_page()
        page.route("**/*", answer)
        page.goto(SITE)
        yield page


def body_of(request: Request) -> Any:
    return json.loads(request.post_data or "")


def test_selected_variants_are_counted_and_sent_as_a_list(page: Page, sent: list[Request]) -> None:
    page.get_by_label("Eight").check()
    expect(page.locator("output")).to_have_text("1")
    with page.expect_response("**/change"):
        page.click("text=Preview changes")
    page.get_by_label("All").check()
    expect(page.locator("output")).to_have_text("2")
    with page.expect_response("**/change"):
        page.click("text=Preview changes")
    expect(page.locator("#notice")).to_have_text("Saved.")
    page.get_by_label("All").uncheck()
    expect(page.locator("output")).to_have_text("0")
    assert body_of(sent[0]) == {"selected": ["8"], "scope": "selected"}
    assert body_of(sent[-1]) == {"selected": ["7", "8"], "scope": "selected"}


def test_a_confirmation_is_asked_for_and_forgotten_when_the_price_changes(
    page: Page, sent: list[Request]
) -> None:
    confirmation = page.locator("[name=confirmed]")
    page.click("text=Update")
    expect(page.locator("[data-problem=confirmed]")).to_have_text(CONFIRM)
    expect(confirmation).to_be_focused()
    confirmation.check()
    page.fill("[name=price]", "0.0")
    expect(confirmation).not_to_be_checked()
    expect(page.locator("[data-problem=confirmed]")).to_have_text("")
    page.click("text=Update")
    confirmation.check()
    page.click("text=Update")
    expect(page.locator("#notice")).to_have_text("Saved.")
    assert [body_of(each) for each in sent] == [
        {"price": "0", "confirmed": False},
        {"price": "0.0", "confirmed": False},
        {"price": "0.0", "confirmed": True},
    ]


def test_a_file_is_sent_with_its_name_unless_it_is_too_large(
    page: Page, sent: list[Request], tmp_path: Path
) -> None:
    for name, size in (("large.csv", 11), ("my prices & more.csv", 10)):
        (tmp_path / name).write_text("x" * size)
    page.set_input_files("[name=file]", tmp_path / "large.csv")
    page.click("text=Preview import")
    expect(page.locator("[data-problem=file]")).to_have_text(
        "The file is too large. Split it into several files."
    )
    assert sent == []
    page.set_input_files("[name=file]", tmp_path / "my prices & more.csv")
    page.click("text=Preview import")
    expect(page.locator("#notice")).to_have_text("Saved.")
    assert sent[0].url == f"{SITE}import?name=my%20prices%20%26%20more.csv"
    assert sent[0].headers["content-type"] == "text/csv"
    assert sent[0].headers["x-requested-with"] == "page"
