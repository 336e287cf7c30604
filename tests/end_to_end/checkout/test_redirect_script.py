"""What the redirect script does in a real browser: to the CRM's checkout, or on to BigCommerce's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.browsers import visiting
from tests.support.storefront_pages import CART_ID, TOKEN, Change, Storefront, cart, line, serve_storefront

LINK = f"products=228.123:1&cart={CART_ID}"


@pytest.fixture
def store() -> Iterator[Storefront]:
    with serve_storefront() as store:
        yield store


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """One browser for all tests of this file."""
    with visiting(browser) as visitor:
        visitor.new_page()  # so that its window stays, which takes longer to open than a page
        yield visitor


@pytest.fixture
def page(store: Storefront, visitor: BrowserContext) -> Iterator[Page]:
    """A page of somebody who has never been to the store."""
    visitor.clear_cookies()
    page = visitor.new_page()
    yield page
    page.close()


def open_cart(page: Page, store: Storefront, query: str = "") -> None:
    page.goto(f"{store.origin}/cart.php{query}")


def lands(page: Page, store: Storefront) -> str:
    """Waits for a checkout; "crm?…" or the path of BigCommerce's."""
    page.wait_for_url(lambda url: "/crm" in url or "/checkout" in url)
    return page.url.removeprefix(store.crm.removesuffix("crm")).removeprefix(store.origin)


def check_out(page: Page, store: Storefront, way: str = "link", query: str = "") -> str:
    open_cart(page, store, query)
    page.click(f"#{way}")
    return lands(page, store)


@pytest.mark.parametrize("way", ["link", "link span", "php", "form", "formaction", "script", "router"])
def test_every_way_to_the_checkout_leads_to_the_crm(store: Storefront, page: Page, way: str) -> None:
    assert check_out(page, store, way) == f"crm?{LINK}"
    assert store.api_requests == ["/api/storefront/carts", "/graphql"]


@pytest.mark.parametrize("way", ["link", "form", "formaction"])
def test_links_and_forms_lead_to_the_crm_in_browsers_without_navigation_events(
    store: Storefront, page: Page, way: str
) -> None:
    page.add_init_script("delete window.navigation; delete Window.prototype.navigation")
    assert check_out(page, store, way) == f"crm?{LINK}"


def test_link_that_the_theme_adds_later_leads_to_the_crm(store: Storefront, page: Page) -> None:
    open_cart(page, store)
    page.evaluate("document.body.innerHTML = '<div><a id=later href=/checkout>Check out</a></div>'")
    page.click("#later")
    assert lands(page, store) == f"crm?{LINK}"


def test_link_names_every_line_with_its_quantity(store: Storefront, page: Page) -> None:
    store.carts = [cart([line(113, 127, 2), line(113, 128)], digitalItems=[line(114, 130, 3)])]
    store.fields = {127: ["228.123"], 128: ["228.124"], 130: ["229.125"]}
    assert check_out(page, store) == f"crm?products=228.123:2;228.124:1;229.125:3&cart={CART_ID}"
    assert len(store.api_requests) == 2


def test_same_variant_in_two_lines_is_added_up(store: Storefront, page: Page) -> None:
    store.carts = [cart([line(quantity=2), line(quantity=3)])]
    assert check_out(page, store) == f"crm?products=228.123:5&cart={CART_ID}"


def test_simple_product_without_options_is_carried(store: Storefront, page: Page) -> None:
    node = {"options": {"edges": []}, "metafields": {"edges": [{"node": {"value": "228.123"}}]}}
    body = {"data": {"site": {"_0": {"variants": {"edges": [{"node": node}]}}}}}
    store.answers["/graphql"] = (200, json.dumps(body).encode())
    store.carts = [cart([line(options=[])])]
    assert check_out(page, store) == f"crm?{LINK}"


def test_advertising_parameters_travel_along_and_nothing_else_of_the_page(
    store: Storefront, page: Page
) -> None:
    store.settings["checkout_url"] = f"{store.crm}?shop=tea&utm_source=ours"
    query = (
        "?utm_source=theirs&utm_campaign=spring+sale&gclid=g1&affId=7&c1=a"
        "&email=joe@example.com&utm_term=joe@example.com&session=s3cret&products=1.1:9&cart=x"
    )
    address = check_out(page, store, query=query)
    others = "shop=tea&utm_source=ours&utm_campaign=spring+sale&gclid=g1&affId=7&c1=a"
    assert address == f"crm?{LINK}&{others}"
    assert TOKEN not in address


def test_token_goes_to_graphql_alone(store: Storefront, page: Page) -> None:
    check_out(page, store)
    assert store.authorizations == [f"Bearer {TOKEN}"]
    assert not any(TOKEN in text for request in store.received for text in request)


def test_custom_field_is_asked_for_by_the_names_in_the_settings(store: Storefront, page: Page) -> None:
    store.settings |= {"namespace": 'a "b" \\ </script>', "key": "{{k}}"}
    check_out(page, store)
    [asked] = [json.loads(body) for path, body in store.received if path == "/graphql"]
    assert asked["variables"] == {"namespace": 'a "b" \\ </script>', "key": "{{k}}"}


@pytest.mark.parametrize("prices", [None, {"price": {"value": 10.0}}, {"price": {"value": 8.4}}])
def test_price_that_is_hidden_rounded_or_without_tax_is_no_lower_price(
    store: Storefront, page: Page, prices: Any
) -> None:
    store.prices[127] = prices
    assert check_out(page, store) == f"crm?{LINK}"


CANNOT_BE_CARRIED: dict[str, Change] = {
    "empty cart": lambda store: setattr(store, "carts", [cart([])]),
    "no cart": lambda store: setattr(store, "carts", []),
    "two carts": lambda store: setattr(store, "carts", [cart(), cart()]),
    "gift certificate": lambda store: setattr(store, "carts", [cart(giftCertificates=[{"amount": 5}])]),
    "custom item": lambda store: setattr(store, "carts", [cart(customItems=[{"name": "Fee"}])]),
    "kind of item unknown today": lambda store: setattr(store, "carts", [cart(otherItems=[{}])]),
    "coupon": lambda store: setattr(
        store, "carts", [cart(coupons=[{"code": "FREESHIP", "discountedAmount": 0}])]
    ),
    "discount of the cart": lambda store: setattr(store, "carts", [cart(discountAmount=2.5)]),
    "discount of a line": lambda store: setattr(store, "carts", [cart([line(), line(discountAmount=1)])]),
    "coupon of a line": lambda store: setattr(store, "carts", [cart([line(couponAmount=1)])]),
    "bulk price": lambda store: setattr(store, "carts", [cart([line(quantity=10, salePrice=8.99)])]),
    "gift wrapping": lambda store: setattr(store, "carts", [cart([line(giftWrapping={"name": "Red"})])]),
    "line added by a promotion": lambda store: setattr(store, "carts", [cart([line(isMutable=False)])]),
    "other currency": lambda store: setattr(store, "carts", [cart(currency={"code": "EUR"})]),
    "no campaign yet": lambda store: store.settings.update(currency=None),
    "modifier": lambda store: setattr(
        store, "carts", [cart([line(options=[{"nameId": 1130}, {"nameId": 77, "name": "Engraving"}])])]
    ),
    "modifier instead of an option": lambda store: setattr(
        store, "carts", [cart([line(options=[{"nameId": 77}])])]
    ),
    "options that the store did not list": lambda store: setattr(
        store, "carts", [cart([{k: v for k, v in line().items() if k != "options"}])]
    ),
    "product that is not visible": lambda store: store.hidden.add(113),
    "one line of two without a field": lambda store: setattr(
        store, "carts", [cart([line(), line(113, 128)])]
    ),
    "field that is no id": lambda store: store.fields.update({127: ["228"]}),
    "field with more than an id": lambda store: store.fields.update({127: ["228.123:1;229.1"]}),
    "field with a leading zero": lambda store: store.fields.update({127: ["0.123"]}),
    "empty field": lambda store: store.fields.update({127: [""]}),
    "fields of two apps": lambda store: store.fields.update({127: ["228.123", "5.5"]}),
    "quantity of more than a link carries": lambda store: setattr(
        store, "carts", [cart([line(quantity=10_000)])]
    ),
    "quantity that is not whole": lambda store: setattr(store, "carts", [cart([line(quantity=1.5)])]),
    "quantity that is text": lambda store: setattr(store, "carts", [cart([line(quantity="2")])]),
    "cart without an id": lambda store: setattr(store, "carts", [cart(id="a&products=9.9:1")]),
    "more lines than a link carries": lambda store: (
        setattr(store, "carts", [cart([line(113, each) for each in range(1, 252)])]),
        setattr(store, "fields", {each: [f"228.{each}"] for each in range(1, 252)}),
    ),
    "link that is too long": lambda store: store.settings.update(checkout_url=f"{store.crm}?x={'x' * 8000}"),
}


@pytest.mark.parametrize("change", CANNOT_BE_CARRIED.values(), ids=CANNOT_BE_CARRIED)
def test_cart_that_no_link_can_carry_goes_to_bigcommerces_checkout(
    store: Storefront, page: Page, change: Change
) -> None:
    change(store)
    assert check_out(page, store) == "/checkout"


FAILURES: dict[str, Change] = {
    "carts: error": lambda store: store.answers.update({"/api/storefront/carts": (500, b"{}")}),
    "carts: forbidden": lambda store: store.answers.update({"/api/storefront/carts": (403, b"[]")}),
    "carts: a page": lambda store: store.answers.update({"/api/storefront/carts": (200, b"<html>")}),
    "carts: nothing": lambda store: store.answers.update({"/api/storefront/carts": (200, b"")}),
    "carts: null": lambda store: store.answers.update({"/api/storefront/carts": (200, b"null")}),
    "carts: another form": lambda store: setattr(store, "carts", [{"id": "x"}]),
    "fields: token refused": lambda store: store.answers.update({"/graphql": (401, b"{}")}),
    "fields: busy": lambda store: store.answers.update({"/graphql": (429, b"")}),
    "fields: error in the answer": lambda store: store.answers.update(
        {"/graphql": (200, b'{"data": null, "errors": [{"message": "too complex"}]}')}
    ),
    "fields: cut off": lambda store: store.answers.update({"/graphql": (200, b'{"data": {"site"')}),
    "fields: other products": lambda store: store.answers.update(
        {"/graphql": (200, b'{"data": {"site": {}}}')}
    ),
}


@pytest.mark.parametrize("change", FAILURES.values(), ids=FAILURES)
def test_request_that_fails_leads_to_bigcommerces_checkout(
    store: Storefront, page: Page, change: Change
) -> None:
    change(store)
    assert check_out(page, store) == "/checkout"


@pytest.mark.parametrize("way", ["link", "php", "form", "formaction", "script", "router"])
def test_bigcommerces_checkout_is_reached_as_the_shopper_chose(
    store: Storefront, page: Page, way: str
) -> None:
    store.carts = []
    expected = {"php": "/checkout.php", "formaction": "/checkout.php"}.get(way, "/checkout")
    assert check_out(page, store, way).rstrip("?") == expected
    assert store.api_requests == ["/api/storefront/carts"]


@pytest.mark.parametrize("path", ["/api/storefront/carts", "/graphql"])
def test_answer_that_does_not_come_leads_to_bigcommerces_checkout_within_3_seconds(
    store: Storefront, page: Page, path: str
) -> None:
    store.waiting.add(path)
    open_cart(page, store)
    page.evaluate("window.name = Date.now()")
    page.click("#link")
    assert lands(page, store) == "/checkout"
    assert 2_900 < page.evaluate("Date.now() - Number(window.name)") < 6_000


def test_double_click_makes_one_decision(store: Storefront, page: Page) -> None:
    open_cart(page, store)
    # in one go, so that no answer comes before the last click
    page.evaluate("for (const way of ['link', 'link', 'form']) document.getElementById(way).click()")
    assert lands(page, store) == f"crm?{LINK}"
    assert store.api_requests == ["/api/storefront/carts", "/graphql"]


def test_back_button_leads_back_to_the_cart_and_the_next_click_reads_the_cart_again(
    store: Storefront, page: Page
) -> None:
    assert check_out(page, store) == f"crm?{LINK}"
    page.go_back()
    assert page.url == f"{store.origin}/cart.php"
    store.carts = [cart([line(quantity=4)])]
    page.click("#link")
    page.wait_for_url(lambda url: "228.123:4" in url)


def test_page_that_the_browser_kept_works_again_after_the_back_button(store: Storefront, page: Page) -> None:
    store.cached = "max-age=60"  # no-store keeps pages out of the back/forward cache
    store.carts = []
    assert check_out(page, store) == "/checkout"
    page.go_back()
    store.carts = [cart()]
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.click("#link")
    assert lands(page, store) == f"crm?{LINK}"


def test_quantity_that_another_tab_changed_is_the_one_in_the_link(store: Storefront, page: Page) -> None:
    store.cached = "max-age=60"
    open_cart(page, store)
    page.evaluate(
        "fetch('/api/storefront/carts?include=lineItems.digitalItems.options,lineItems.physicalItems.options')"
    )
    store.carts = [cart([line(quantity=7)])]
    page.click("#link")
    assert "228.123:7" in lands(page, store)


@pytest.mark.parametrize("key", ["Control", "Shift", "Alt"])
def test_click_with_a_key_keeps_its_meaning(store: Storefront, page: Page, key: Any) -> None:
    open_cart(page, store)
    page.click("#link", modifiers=[key])
    page.wait_for_timeout(200)
    assert page.url == f"{store.origin}/cart.php"
    assert store.api_requests == []


@pytest.mark.parametrize(("way", "button"), [("link", "middle"), ("blank", "left"), ("form-blank", "left")])
def test_checkout_in_a_new_tab_stays_there(store: Storefront, page: Page, way: str, button: Any) -> None:
    open_cart(page, store)
    with page.context.expect_page() as opened:
        page.click(f"#{way}", button=button)
    opened.value.wait_for_url(lambda url: "/checkout" in url)
    assert page.url == f"{store.origin}/cart.php"
    assert store.api_requests == []


@pytest.mark.parametrize("way", ["several", "confirmation"])
def test_other_pages_below_the_checkout_are_left_alone(store: Storefront, page: Page, way: str) -> None:
    assert check_out(page, store, way).startswith("/checkout")
    assert store.api_requests == []


def test_checkout_of_another_shop_is_left_alone(store: Storefront, page: Page) -> None:
    store.body = f'<a id="link" href="http://localhost:{store.port}/checkout">Elsewhere</a>'
    open_cart(page, store)
    page.click("#link")
    page.wait_for_url(f"http://localhost:{store.port}/checkout")
    assert store.api_requests == []


def test_click_that_the_theme_refuses_stays_refused(store: Storefront, page: Page) -> None:
    open_cart(page, store)
    page.evaluate("() => { document.querySelector('#link').onclick = (event) => event.preventDefault() }")
    page.click("#link")
    page.wait_for_timeout(200)
    assert page.url == f"{store.origin}/cart.php"
    assert store.api_requests == []


def test_only_shoppers_with_the_test_cookie_are_redirected(store: Storefront, page: Page) -> None:
    store.settings["cookie"] = "crm_test"
    page.context.add_cookies([{"name": "not_crm_test", "value": "1", "url": store.origin}])
    assert check_out(page, store) == "/checkout"
    assert store.api_requests == []
    page.context.add_cookies([{"name": "crm_test", "value": "", "url": store.origin}])
    assert check_out(page, store) == f"crm?{LINK}"


def test_storefront_that_fills_in_no_token_is_left_alone(store: Storefront, page: Page) -> None:
    store.token = "{{settings.storefront_api.token}}"
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    assert check_out(page, store, query="?crm_debug=1") == "/checkout"
    assert store.api_requests == []
    assert said == ["CRM checkout: off: no API token"]


def test_script_that_is_blocked_leaves_bigcommerces_checkout(store: Storefront, page: Page) -> None:
    store.policy = "script-src 'none'"
    assert check_out(page, store) == "/checkout"


def test_script_installed_twice_asks_once(store: Storefront, page: Page) -> None:
    store.body += store.script()
    store.carts = []
    assert check_out(page, store) == "/checkout"
    assert store.api_requests == ["/api/storefront/carts"]


def test_debug_says_what_was_done_and_why(store: Storefront, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    check_out(page, store, query="?crm_debug=1")
    store.hidden.add(113)
    check_out(page, store, query="?crm_debug=1")
    check_out(page, store)
    assert said == [
        f"CRM checkout: to the CRM, {store.crm}?{LINK}",
        "CRM checkout: to BigCommerce: product 113 is not visible",
    ]


class TestOnTheCheckoutPage:
    """The script on BigCommerce's checkout page itself, where shoppers come by mail or bookmark, too."""

    @pytest.fixture(autouse=True)
    def installed(self, store: Storefront) -> None:
        store.script_on_checkout = True

    def test_direct_visit_leads_to_the_crm_and_back_does_not_return_to_it(
        self, store: Storefront, page: Page
    ) -> None:
        page.goto(f"{store.origin}/product")
        page.goto(f"{store.origin}/checkout")
        page.wait_for_url(f"{store.crm}?{LINK}")
        page.go_back()
        assert page.url == f"{store.origin}/product"

    def test_cart_that_cannot_be_carried_stays(self, store: Storefront, page: Page) -> None:
        store.carts = []
        page.goto(f"{store.origin}/checkout")
        page.wait_for_load_state("networkidle")
        assert page.url == f"{store.origin}/checkout"
        store.carts = [cart()]
        page.reload()
        page.wait_for_load_state("networkidle")
        assert page.url == f"{store.origin}/checkout"
        assert store.api_requests == ["/api/storefront/carts"]

    def test_click_that_led_here_is_not_decided_again(self, store: Storefront, page: Page) -> None:
        store.answers["/graphql"] = (503, b"")
        assert check_out(page, store) == "/checkout"
        page.wait_for_load_state("networkidle")
        assert store.api_requests == ["/api/storefront/carts", "/graphql"]
        del store.answers["/graphql"]
        assert check_out(page, store) == f"crm?{LINK}"

    def test_crm_that_sends_shoppers_straight_back_makes_no_loop(self, store: Storefront, page: Page) -> None:
        page.route(
            f"{store.crm}?*",
            lambda route: route.fulfill(status=302, headers={"Location": f"{store.origin}/checkout"}),
        )
        open_cart(page, store)
        page.click("#link")
        page.wait_for_url(f"{store.origin}/checkout")
        page.wait_for_load_state("networkidle")
        assert store.api_requests == ["/api/storefront/carts", "/graphql"]

    def test_shopper_who_comes_from_the_crms_checkout_stays(self, store: Storefront, page: Page) -> None:
        page.goto(store.crm)
        page.evaluate(f"location.href = '{store.origin}/checkout'")
        page.wait_for_url(f"{store.origin}/checkout")
        page.wait_for_load_state("networkidle")
        assert store.api_requests == []

    def test_shopper_without_the_test_cookie_stays(self, store: Storefront, page: Page) -> None:
        store.settings["cookie"] = "crm_test"
        page.goto(f"{store.origin}/checkout")
        page.wait_for_load_state("networkidle")
        assert store.api_requests == []
