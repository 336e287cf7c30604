"""What the page's scripts do in a real browser, against a server that can be made to fail."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.support.browsers import visiting
from tests.support.page_scripts import PAGE, script_tags

SHELL = re.compile(r'<div role="status".*')
CARD = '<article id="card" hx-get="card" hx-trigger="refresh, every 200ms" hx-swap="outerHTML">%s</article>'
FORM = """
<form data-write="PATCH" action="save" data-then="elsewhere" data-unsaved data-version="1">
  <input name="auto_sync" value="60"><p data-problem="auto_sync"></p>
  <input name="order_lookup_delay" value="120">
  <input type="checkbox" name="send_initial_orders">
  <section data-conflict tabindex="-1" hidden><table><tbody></tbody></table></section>
  <button>Save</button>
</form>
<a href="elsewhere">Elsewhere</a>
<button id="sync" type="button" data-write="POST" data-url="save" data-body="{}"
  data-then="#card">Sync</button>
<form data-write="POST" action="save"><input id="price" name="price"></form>
"""
FIGURES = """
<section id="figures" data-follows hx-get="" hx-select="#figures" hx-select-oob="#days" hx-trigger="refresh"
  hx-swap="outerHTML">{figures}</section>
<section id="days"><p>{figures}</p><details><summary>Table</summary></details></section>
"""


@dataclass
class Site:
    """A server of one page; `answer` is what a write gets, None for no answer at all."""

    port: int = 0
    fails: bool = False
    card: str = '<b data-announce="Completed">Completed</b>'
    figures: str = "1 sync"
    answer: tuple[int, dict[str, Any]] | None = (200, {"message": "Saved."})
    written: list[tuple[dict[str, Any], str | None]] = field(default_factory=list)

    @property
    def html(self) -> str:
        """The page, with the notices of the real one."""
        shell = "".join(each.group() for each in SHELL.finditer((PAGE / "templates/base.html").read_text()))
        dialog = (PAGE / "templates/unsaved.html").read_text()
        scripts = script_tags("unsaved.js", "conflict.js")
        body = f"{shell}<main>{CARD % self.card}{FORM}{FIGURES.format(figures=self.figures)}</main>{dialog}"
        return f'<!doctype html><base href="/"><head>{scripts}</head><body>{body}</body>'


@pytest.fixture
def site() -> Iterator[Site]:
    """A running server."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/static/"):
                self._send(200, (PAGE / self.path[1:]).read_bytes(), "text/javascript")
            elif self.path == "/card" and site.fails:
                self._send(503, b"", "text/html")
            else:
                self._send(
                    200, (CARD % site.card if self.path == "/card" else site.html).encode(), "text/html"
                )

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            site.written.append((body, self.headers["If-Match"]))
            if site.answer is None:
                self.close_connection = True
                return
            status, answer = site.answer
            self._send(status, json.dumps(answer).encode(), "application/json")

        do_PATCH = do_POST

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(site: Site, browser: Browser) -> Iterator[Page]:
    """The page, open."""
    with visiting(browser) as person:
        page = person.new_page()
        page.clock.install()
        page.goto(f"http://127.0.0.1:{site.port}/")
        page.clock.run_for(300)
        yield page


def test_a_problem_leaves_its_field_once_something_else_is_typed(site: Site, page: Page) -> None:
    site.answer = (422, {"detail": "Please fix it.", "problems": {"auto_sync": "At least 60."}})
    page.get_by_role("button", name="Save").click()
    problem, field = page.locator("[data-problem=auto_sync]"), page.locator("[name=auto_sync]")
    expect(problem).to_have_text("At least 60.")
    page.locator("[name=order_lookup_delay]").fill("180")
    expect(problem).to_have_text("At least 60.")  # it is about another field
    field.fill("90")
    expect(problem).to_be_empty()
    expect(field).to_have_attribute("aria-invalid", "false")


def test_lost_connection_is_shown_with_the_last_update_until_it_recovers(site: Site, page: Page) -> None:
    site.fails = True
    page.clock.run_for(300)
    said = page.locator("#connection")
    expect(said).to_have_text(re.compile(r"^Connection lost; last updated \d{1,2}:\d{2}"))
    assert "Completed" in page.locator("#card").inner_text()
    site.fails = False
    page.clock.run_for(300)
    expect(said).to_be_hidden()


def test_failed_save_says_so_and_keeps_what_was_typed(site: Site, page: Page) -> None:
    for answer, sentence in (
        (
            (503, {"detail": "Not saved: the database is unavailable.", "problems": {}}),
            "Not saved: the database",
        ),
        (
            None,
            "Not done: Airflow cannot be reached. Check your connection, then try again. "
            "What you entered is still here.",
        ),
    ):
        site.answer = answer
        page.fill("[name=auto_sync]", "90")
        page.click("button:text-is('Save')")
        expect(page.locator("#notice")).to_contain_text(sentence)
        assert page.input_value("[name=auto_sync]") == "90"
        page.clock.run_for(60_000)
        expect(page.locator("#notice")).to_be_visible()  # a problem stays until it is closed
        page.click("button:text-is('Close')")
        expect(page.locator("#notice")).to_be_hidden()


def test_button_without_fields_says_nothing_of_entries_when_airflow_cannot_be_reached(
    site: Site, page: Page
) -> None:
    site.answer = None
    page.click("#sync")
    expect(page.locator("#notice [data-sentence]")).to_have_text(
        "Not done: Airflow cannot be reached. Check your connection, then try again."
    )


def test_notice_of_success_ends_by_itself_or_when_what_it_announces_has_happened(
    site: Site, page: Page
) -> None:
    site.answer = (200, {"message": "Sync queued."})
    page.click("#sync")
    expect(page.locator("#notice")).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(9_000)
    expect(page.locator("#notice")).to_be_hidden()
    page.click("#sync")
    expect(page.locator("#notice")).to_be_visible()
    site.card = '<b data-announce="In Progress">In Progress</b>'
    page.clock.run_for(300)
    expect(page.locator("#notice")).to_be_hidden()


def test_figures_follow_when_a_sync_has_ended_but_no_table_that_somebody_reads(
    site: Site, page: Page
) -> None:
    figures, days = page.locator("#figures"), page.locator("#days p")
    for number, status in enumerate(("In Progress", "Completed", "In Progress", "Failed"), start=1):
        before = figures.inner_text()
        is_settled = status != "In Progress"
        site.figures = f"{number} syncs"
        site.card = f'<b data-announce="{status}"{" data-settled" if is_settled else ""}>{status}</b>'
        page.clock.run_for(300)
        expect(page.locator("#card")).to_have_text(status)
        expect(figures).to_have_text(site.figures if is_settled else before)
        if status == "Completed":
            expect(days).to_have_text("2 syncs")
            page.locator("summary").click()
    expect(days).to_have_text("2 syncs")


def test_card_without_progress_for_30_seconds_says_that_the_store_is_slow(site: Site, page: Page) -> None:
    site.card = '<div data-progress="reading 100"><i data-slow hidden>slow</i></div>'
    page.clock.run_for(300)
    expect(page.locator("[data-slow]")).to_be_hidden()
    page.clock.run_for(31_000)
    expect(page.locator("[data-slow]")).to_be_visible()
    site.card = site.card.replace("100", "200")
    page.clock.run_for(300)
    expect(page.locator("[data-slow]")).to_be_hidden()


def test_link_asks_before_unsaved_settings_are_lost(site: Site, page: Page) -> None:
    page.fill("[name=auto_sync]", "90")
    page.click("text=Elsewhere")
    page.click("text=Keep editing")
    assert page.input_value("[name=auto_sync]") == "90"
    assert page.url.endswith(f"{site.port}/")
    page.click("text=Elsewhere")
    page.click("button:text('Leave without saving')")
    page.wait_for_url("**/elsewhere")


def test_saved_or_unchanged_settings_are_left_without_a_question(site: Site, page: Page) -> None:
    page.fill("[name=auto_sync]", "90")
    page.fill("[name=auto_sync]", "60")
    page.click("text=Elsewhere")
    page.wait_for_url("**/elsewhere")
    page.fill("[name=auto_sync]", "90")
    with page.expect_navigation(url="**/elsewhere"):  # saving leads to the address that is already open
        page.click("button:text-is('Save')")
    assert site.written == [
        ({"auto_sync": "90", "order_lookup_delay": "120", "send_initial_orders": False}, "1")
    ]


def test_conflict_shows_what_was_saved_meanwhile_and_lets_the_second_person_choose(
    site: Site, page: Page
) -> None:
    page.fill("[name=auto_sync]", "90")
    settings = [
        {"name": "auto_sync", "label": "Automatic sync", "saved": "120"},
        {"name": "send_initial_orders", "label": "Send initial orders", "saved": True},
    ]
    site.answer = (412, {"detail": "Not saved: …", "conflict": {"version": "2", "settings": settings}})
    page.click("button:text-is('Save')")
    rows = page.locator("[data-conflict] tr")
    expect(rows).to_have_count(2)
    assert rows.nth(0).inner_text().split() == ["Automatic", "sync", "120", "90"]
    assert rows.nth(1).inner_text().split() == ["Send", "initial", "orders", "on", "off"]
    assert page.is_checked("[name=send_initial_orders]")  # untouched here, so the saved value is taken
    assert page.input_value("[name=auto_sync]") == "90"
    rows.nth(0).locator("input").first.check()
    assert page.input_value("[name=auto_sync]") == "120"
    rows.nth(1).locator("input").nth(1).check()
    site.answer = (200, {"message": "Saved."})
    page.click("button:text-is('Save')")
    page.wait_for_url("**/elsewhere")
    assert site.written[-1] == (
        {"auto_sync": "120", "order_lookup_delay": "120", "send_initial_orders": False},
        "2",
    )


def test_press_while_the_next_page_is_on_its_way_writes_nothing(site: Site, page: Page) -> None:
    held: list[Route] = []
    presses: list[Request] = []
    page.route("**/elsewhere", lambda route: held.append(route))
    page.on("request", lambda request: presses.append(request) if request.url.endswith("/press") else None)
    page.evaluate(
        "() => { const press = async () => { document.querySelector('form button').click();"
        " await fetch('press'); press(); }; press(); }"
    )
    while not held or len(presses) < 100:
        page.wait_for_timeout(10)
    assert len(site.written) == 1
    held.pop().abort()


def test_focus_returns_to_a_button_without_an_id_that_was_disabled_meanwhile(site: Site, page: Page) -> None:
    site.answer = (503, {"detail": "Not saved: the database is unavailable.", "problems": {}})
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.locator("#notice")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_focused()


def test_focus_returns_to_the_field_from_which_a_page_was_saved_and_loaded_again(
    site: Site, page: Page
) -> None:
    page.fill("#price", "9.99")
    with page.expect_navigation():
        page.locator("#price").press("Enter")
    expect(page.locator("#notice")).to_contain_text("Saved.")
    expect(page.locator("#price")).to_be_focused()
    page.reload()
    expect(page.locator("#price")).not_to_be_focused()  # only after what a person did there


def test_ended_session_keeps_what_was_entered_and_says_what_to_do(site: Site, page: Page) -> None:
    site.answer = (401, {"detail": "Not authenticated"})
    page.fill("[name=auto_sync]", "90")
    page.click("button:text-is('Save')")
    expect(page.locator("#notice")).to_contain_text("Log in to Airflow in another tab, then try again.")
    assert page.input_value("[name=auto_sync]") == "90"


def test_screen_readers_hear_notices_a_lost_connection_and_all_changes_of_a_refresh(
    site: Site, page: Page
) -> None:
    connection, notices, changes = page.get_by_role("status").all()
    tea = '<i id="tea"><b data-announce="Tea: Failed"></b></i>'
    site.card = f'{tea}<i id="cup"><b data-announce="Cup: Completed"></b></i>'
    page.clock.run_for(300)
    expect(page.locator("#cup")).to_be_attached()
    site.card = site.card.replace("Failed", "In Progress").replace("Completed", "Submitted")
    page.clock.run_for(300)
    expect(changes).to_have_text("Tea: In Progress. Cup: Submitted")
    site.answer = (200, {"message": "Sync queued."})
    page.click("#sync")
    expect(notices).to_contain_text("Sync queued.")
    site.fails = True
    page.clock.run_for(300)
    expect(connection).to_have_text(re.compile("^Connection lost"))
