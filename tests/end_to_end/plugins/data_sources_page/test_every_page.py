"""Every page of a store that has everything: in both themes, on a phone, and for people who cannot see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from include.local.orders import place_orders
from tests.support.browsers import visiting
from tests.support.page_visitors import MOUNT, Visitor
from tests.support.shop import Shop

SERIOUS = ("serious", "critical")
# what axe checks: everything in one theme, and in the other what depends on colours
RULES: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}
OF_A_STORE = (
    "products",
    "prices",
    "orders",
    "reconciliations",
    "syncs",
    "activity",
    "settings",
    "deactivate",
)


@pytest.fixture
def phone(api: str, visitor: Callable[..., Visitor], browser: Browser) -> Iterator[Page]:
    """The browser of an administrator, as narrow as a phone leaves room for beside Airflow's own menu."""
    token = visitor("admin").client.headers["Authorization"].removeprefix("Bearer ")
    with visiting(browser, viewport={"width": 310, "height": 900}, base_url=api) as visit:
        visit.add_cookies([{"name": "_token", "value": token, "url": api}])
        yield visit.new_page()


@pytest.fixture
def paths(synced: Shop) -> list[str]:
    """All pages, below the page's own address."""
    (order_id,) = place_orders(synced.crm, synced.sandbox.store_hash, 1, order_type="NEW_SALE")
    synced.crm.execute("UPDATE crm.data_source SET send_initial_orders = true")
    synced.crm.commit()
    [sync] = synced.rows("SELECT sync_run_id FROM crm.sync_run")
    store = synced.sandbox.store_hash
    paths = ["", "?view=cards", "activate", "alerts", "orders", store]
    paths += [f"{store}/{each}" for each in OF_A_STORE]
    return [*paths, f"{store}/orders/{order_id}", f"{store}/syncs/{sync['sync_run_id']}"]


def test_every_page_has_both_themes_fits_a_phone_and_is_accessible(phone: Page, paths: list[str]) -> None:
    axe = Axe()
    for path in paths:
        phone.goto(f"{MOUNT}/{path}")
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        for theme, rules in RULES.items():
            phone.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            expect(phone.locator("html")).to_have_attribute("data-theme", theme)
            wide = phone.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, f"{path} is {wide} pixels too wide"
            found = axe.run(phone, options={"resultTypes": ["violations"], **rules})
            wrong = [each for each in found.response["violations"] if each["impact"] in SERIOUS]
            assert wrong == [], (path, theme, [(each["id"], each["nodes"][0]["html"]) for each in wrong])
