"""Times are shown in the time zone that is chosen in Airflow, whatever the browser's is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.browsers import visiting

SCRIPT = Path(__file__).parents[4] / "plugins" / "data_sources_page" / "static" / "times.js"
SITE = "http://data-sources.test/"
# An hour before and an hour after clocks were put back in New York; the last second of a leap day in UTC.
HTML = """<!doctype html><script src="times.js"></script>
<time id="before" datetime="2026-11-01T05:30:00+00:00">UTC</time>
<time id="after" datetime="2026-11-01T06:30:00+00:00">UTC</time>
<time id="leap" datetime="2028-02-29T23:59:59+00:00">UTC</time>
<time id="ago" datetime="2026-11-01T05:30:00+00:00" title="UTC" data-relative>3 min ago<span
  class="unseen"></span></time>
<b data-zone>UTC</b>"""


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[[str | None], Page]]:
    """The page for somebody in New York who has chosen a time zone in Airflow, or none."""

    def answer(route: Route) -> None:
        if route.request.url.endswith("times.js"):
            route.fulfill(path=SCRIPT)
        else:
            route.fulfill(body=HTML, content_type="text/html")

    with visiting(browser, timezone_id="America/New_York", locale="en-US") as person:
        person.route("**/*", answer)

        def open_page(chosen: str | None) -> Page:
            page = person.new_page()
            if chosen:
                page.add_init_script(f"localStorage.setItem('timezone', {json.dumps(json.dumps(chosen))})")
            page.goto(SITE)
            return page

        yield open_page


def test_zone_of_the_browser_is_taken_until_one_is_chosen(opened: Callable[[str | None], Page]) -> None:
    page = opened(None)
    expect(page.locator("[data-zone]")).to_have_text("America/New_York")
    expect(page.locator("#before")).to_have_text("Nov 1, 2026, 1:30 AM")
    expect(page.locator("#after")).to_have_text("Nov 1, 2026, 1:30 AM")
    # the same on the clock: the name of the zone tells them apart
    assert page.locator("#before").get_attribute("title") == "Sunday, November 1, 2026 at 1:30:00 AM EDT"
    assert page.locator("#after").get_attribute("title") == "Sunday, November 1, 2026 at 1:30:00 AM EST"
    expect(page.locator("#leap")).to_have_text("Feb 29, 2028, 6:59 PM")


def test_zone_that_is_chosen_in_airflow_is_taken(opened: Callable[[str | None], Page]) -> None:
    page = opened("Asia/Kolkata")
    expect(page.locator("[data-zone]")).to_have_text("Asia/Kolkata")
    expect(page.locator("#leap")).to_have_text("Mar 1, 2028, 5:29 AM")
    expect(page.locator("#ago")).to_have_text("3 min ago (Nov 1, 2026, 11:00 AM)")


def test_zone_that_no_browser_knows_is_not_taken(opened: Callable[[str | None], Page]) -> None:
    expect(opened("Mars/Olympus").locator("#leap")).to_have_text("Feb 29, 2028, 6:59 PM")


def test_times_follow_when_another_zone_is_chosen(opened: Callable[[str | None], Page]) -> None:
    page, airflow = opened(None), opened(None)
    airflow.evaluate("localStorage.setItem('timezone', JSON.stringify('UTC'))")
    expect(page.locator("#leap")).to_have_text("Feb 29, 2028, 11:59 PM")


# The last minute before clocks change and the first after it; the last of a day in that zone, and midnight.
MOMENTS = {
    "America/St_Johns": {  # half an hour off; clocks were put back from 2:00 to 1:00
        "2026-11-01T04:29:00+00:00": "Nov 1, 2026, 1:59 AM",
        "2026-11-01T04:30:00+00:00": "Nov 1, 2026, 1:00 AM",
        "2026-11-02T03:29:00+00:00": "Nov 1, 2026, 11:59 PM",
        "2026-11-02T03:30:00+00:00": "Nov 2, 2026, 12:00 AM",
    },
    "Pacific/Chatham": {  # a day ahead, a quarter of an hour off; clocks were put on from 2:45 to 3:45
        "2026-09-26T13:59:00+00:00": "Sep 27, 2026, 2:44 AM",
        "2026-09-26T14:00:00+00:00": "Sep 27, 2026, 3:45 AM",
        "2028-02-29T10:14:00+00:00": "Feb 29, 2028, 11:59 PM",
        "2028-02-29T10:15:00+00:00": "Mar 1, 2028, 12:00 AM",
    },
    "Asia/Kolkata": {
        "2028-02-28T18:29:00+00:00": "Feb 28, 2028, 11:59 PM",
        "2028-02-28T18:30:00+00:00": "Feb 29, 2028, 12:00 AM",
        "2026-12-31T23:59:00+00:00": "Jan 1, 2027, 5:29 AM",
        "2027-01-01T00:00:00+00:00": "Jan 1, 2027, 5:30 AM",
    },
}


@pytest.mark.parametrize("zone", MOMENTS)
def test_day_and_minute_are_those_of_the_zone(opened: Callable[[str | None], Page], zone: str) -> None:
    page = opened(zone)
    shown = {}
    for moment in MOMENTS[zone]:
        page.locator("#leap").evaluate("(time, at) => time.setAttribute('datetime', at)", moment)
        page.evaluate("document.body.dispatchEvent(new CustomEvent('htmx:load', { bubbles: true }))")
        shown[moment] = page.locator("#leap").inner_text().replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert shown == MOMENTS[zone]
