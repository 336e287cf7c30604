"""A storefront that navigates without page loads, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from include.sandbox import Sandbox, serve
from tests.support.browsers import visiting


def test_only_the_checkout_is_loaded(browser: Browser) -> None:
    sandbox = Sandbox(products=3, variants=2)
    sandbox.settings.loads_pages = sandbox.settings.renders_handlebars = sandbox.settings.stock_is_tracked = (
        False
    )
    mark = {
        "name": "-",
        "kind": "script_tag",
        "html": "<script>window.runs = (window.runs ?? 0) + 1</script>",
    }
    sandbox.scripts.create(mark)
    with serve(sandbox), visiting(browser) as shopper:
        page = shopper.new_page()
        page.goto(f"{sandbox.base_url}/storefront")
        page.get_by_role("link", name=sandbox.catalogue.product(101).name).click()
        expect(page).to_have_url(f"{sandbox.base_url}/101/")
        page.get_by_label("Variant").select_option("1002")
        page.get_by_role("button", name="Add to cart").click()
        expect(page.get_by_role("heading", name="Your cart")).to_be_visible()
        expect(page).to_have_url(f"{sandbox.base_url}/cart.php")
        expect(page.get_by_role("link", name="Cart (1)")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("button", name="Add to cart")).to_be_visible()
        page.go_forward()
        assert page.evaluate("window.runs") == 1
        page.get_by_role("link", name="Check out", exact=True).click()
        expect(page.get_by_role("heading", name="BigCommerce checkout")).to_be_visible()
        assert page.evaluate("window.runs") is None
    loaded = [each.path for each in sandbox.visits if each.headers.get("sec-fetch-dest") == "document"]
    assert loaded == ["/storefront", "/checkout"]
