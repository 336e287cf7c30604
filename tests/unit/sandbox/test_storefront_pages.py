"""The storefront's pages, and the scripts on them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from include.sandbox import Sandbox, serve
from tests.support.shopper import CARTS, CERTIFICATE, Shopper

TOKEN_SCRIPT = (
    "<script>const token = '{{settings.storefront_api.token}}'; const other = '{{store_name}}'</script>"
)


def install(shopper: Shopper, name: str = "mark", **fields: Any) -> str:
    """An inline script with this name in it; returns its uuid."""
    html = f"<script>{name}</script>"
    defaults = {"name": name, "kind": "script_tag", "html": html, "consent_category": "essential"}
    return shopper.sandbox.scripts.create({**defaults, **fields}).uuid


def test_a_shopper_finds_a_product_and_buys_two_variants(shopper: Shopper) -> None:
    name = shopper.sandbox.catalogue.product(101).name
    assert f'<a href="/101/">{name}</a>' in shopper.page("/storefront")
    page = shopper.page("/101/")
    assert re.findall(r'<option value="(\d+)">', page) == ["1001", "1002"]
    for variant_id in (1001, 1002):
        form = {"product_id": 101, "variant_id": variant_id, "qty": 2, "action": "add"}
        shown = shopper.visit("POST", "/cart.php", data=form)
        assert shown.url == shopper.sandbox.base_url + "/cart.php"
    assert "Cart (4)" in shown.text
    checkout = shopper.page("/checkout")
    assert "BigCommerce checkout" in checkout
    assert re.findall(r'data-variant-id="(\d+)"', checkout) == ["1001", "1002"]


def test_quantities_change_and_items_go_on_the_cart_page(shopper: Shopper) -> None:
    items = shopper.add(101, 1001)["lineItems"]["physicalItems"]
    items = shopper.add(101, 1002)["lineItems"]["physicalItems"]
    first, second = (item["id"] for item in items)
    form = {"action": "update", f"qty[{first}]": 5, f"qty[{second}]": 0}
    shopper.visit("POST", "/cart.php", data=form)
    [item] = shopper.carts()[0]["lineItems"]["physicalItems"]
    assert (item["id"], item["quantity"]) == (first, 5)
    shopper.visit("POST", "/cart.php", data={"action": "remove", "remove": first})
    assert "Your cart is empty" in shopper.page("/cart.php")


@pytest.mark.parametrize(
    ("address", "end"),
    [
        ("/cart.php?action=add&product_id=101&sku=P-101-2&qty=2", "/cart.php"),
        ("/cart.php?action=buy&sku=P-101-2&qty=2", "/checkout"),
    ],
)
def test_an_add_to_cart_url_adds_a_product_and_buying_leads_to_the_checkout(
    shopper: Shopper, address: str, end: str
) -> None:
    assert shopper.visit("GET", address).url == shopper.sandbox.base_url + end
    [item] = shopper.carts()[0]["lineItems"]["physicalItems"]
    assert (item["variantId"], item["quantity"]) == (1002, 2)


def test_every_way_of_a_theme_leads_to_the_checkout(shopper: Shopper) -> None:
    shopper.add(101, 1001)
    page = shopper.page("/cart.php")
    ways = re.findall(r'(?:href|formaction|action|location\.href) ?=.?.(/checkout[^"\' ]*)', page)
    assert len(ways) == 6
    for way in ways:
        arrived = shopper.visit("GET", way)
        assert arrived.url == shopper.sandbox.base_url + way.replace(".php", "")
        assert "BigCommerce checkout" in arrived.text


def test_the_checkout_without_a_cart_leads_to_the_cart_page(shopper: Shopper) -> None:
    assert shopper.visit("GET", "/checkout").url.endswith("/cart.php")


def test_a_checkout_url_makes_a_new_cart_each_time(shopper: Shopper) -> None:
    shopper.add(101, 1001)
    single = shopper.sandbox.catalogue.add_product("Lamp", [{"sku": "LAMP", "price": "20"}]).product.id
    for _ in range(2):
        arrived = shopper.visit("GET", f"/checkout/?products=P-101-2:3,{single}:2&action=buy")
        assert arrived.url == shopper.sandbox.base_url + "/checkout"
    items = shopper.carts()[0]["lineItems"]["physicalItems"]
    assert [(item["sku"], item["quantity"]) for item in items] == [("P-101-2", 3), ("LAMP", 2)]
    assert shopper.visit("GET", "/checkout/?products=101:1&action=buy").status_code == 422
    assert "LAMP" in shopper.page("/checkout/")


def test_a_gift_certificate_goes_into_the_cart_by_its_form(shopper: Shopper) -> None:
    page = shopper.page("/giftcertificates.php")
    fields = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page))
    assert {"from_name", "to_email", "certificate_amount"} <= fields.keys()
    shown = shopper.visit("POST", "/giftcertificates.php", data=fields)
    assert "Gift certificate for Ann" in shown.text
    assert len(shopper.carts()[0]["lineItems"]["giftCertificates"]) == 1
    fields["certificate_amount"] = "5000"
    assert shopper.visit("POST", "/giftcertificates.php", data=fields).status_code == 422


def test_a_product_with_modifiers_is_sold_with_its_choices(shopper: Shopper) -> None:
    box = shopper.sandbox.catalogue.add_modifier(101, "Box")
    assert f'name="attribute[{box.id}]"' in shopper.page("/101/")
    form = {"product_id": 101, "variant_id": 1001, "action": "add", f"attribute[{box.id}]": ""}
    refused = shopper.visit("POST", "/cart.php", data=form)
    assert refused.status_code == 422
    assert "Choose a value for the option Box." in refused.text
    form[f"attribute[{box.id}]"] = box.option_values[0].id
    assert "Box: Small" in shopper.visit("POST", "/cart.php", data=form).text


def test_hidden_products_have_no_page(shopper: Shopper) -> None:
    shopper.sandbox.catalogue.change_product(101, is_visible=False)
    assert "/101/" not in shopper.page("/storefront")
    assert shopper.visit("GET", "/101/").status_code == 404
    assert shopper.visit("POST", "/cart.php", data={"action": "dance"}).status_code == 422


def test_names_from_the_catalogue_are_escaped(shopper: Shopper) -> None:
    shopper.sandbox.catalogue.change_product(101, name="<script>alert(1)</script>")
    shopper.add(101, 1001)
    for path in ("/storefront", "/101/", "/cart.php", "/checkout"):
        assert "<script>" not in shopper.page(path)


@pytest.mark.parametrize("location", ["head", "footer"])
@pytest.mark.parametrize(
    ("visibility", "pages"),
    [
        ("storefront", {"/storefront", "/101/", "/cart.php"}),
        ("checkout", {"/checkout"}),
        ("order_confirmation", {"/checkout/order-confirmation"}),
        ("all_pages", {"/storefront", "/101/", "/cart.php", "/checkout", "/checkout/order-confirmation"}),
    ],
)
def test_a_script_is_on_the_pages_of_its_visibility_at_its_place(
    shopper: Shopper, visibility: str, pages: set[str], location: str
) -> None:
    shopper.add(101, 1001)
    install(shopper, visibility=visibility, location=location)
    for path in ("/storefront", "/101/", "/cart.php", "/checkout", "/checkout/order-confirmation"):
        head, _, body = shopper.page(path).partition("</head>")
        shown = {"head": "<script>mark</script>" in head, "footer": "<script>mark</script>" in body}
        assert shown == {"head": False, "footer": False, location: path in pages}, path


def test_disabled_and_deleted_scripts_are_not_shown(shopper: Shopper) -> None:
    script_uuid = install(shopper)
    shopper.sandbox.scripts.update(script_uuid, {"enabled": False})
    assert "mark" not in shopper.page("/storefront")
    shopper.sandbox.scripts.update(script_uuid, {"enabled": True})
    assert "mark" in shopper.page("/storefront")
    shopper.sandbox.scripts.remove(script_uuid)
    assert "mark" not in shopper.page("/storefront")


def test_behind_an_unanswered_cookie_banner_only_essential_scripts_run(shopper: Shopper) -> None:
    install(shopper, "needed")
    install(shopper, "counting", consent_category="analytics")
    shopper.sandbox.scripts.create({"name": "-", "kind": "script_tag", "html": "<script>unnamed</script>"})
    assert re.findall("<script>(.+)</script>", shopper.page("/101/")) == ["needed", "counting", "unnamed"]
    shopper.sandbox.settings.cookie_banner = True
    assert re.findall("<script>(.+)</script>", shopper.page("/101/")) == ["needed"]


def test_changes_of_scripts_show_once_the_cache_is_renewed(shopper: Shopper) -> None:
    shopper.page("/101/")
    shopper.sandbox.settings.scripts_cached_seconds = 3600
    install(shopper)
    assert "mark" not in shopper.page("/101/")
    shopper.sandbox.settings.scripts_cached_seconds = 0
    assert "mark" in shopper.page("/101/")


def test_handlebars_gives_a_script_the_storefront_token_and_nothing_else(shopper: Shopper) -> None:
    install(shopper, html=TOKEN_SCRIPT)
    page = shopper.page("/101/")
    assert f"token = '{shopper.sandbox.storefront_tokens.current()}'" in page
    assert "other = '{{store_name}}'" in page
    shopper.sandbox.settings.renders_handlebars = False
    assert TOKEN_SCRIPT in shopper.page("/101/")


@pytest.mark.parametrize(
    "expression", ["{{ settings.storefront_api.token }}", "{{{settings.storefront_api.token}}}"]
)
def test_other_spellings_of_the_token_are_rendered_as_well(shopper: Shopper, expression: str) -> None:
    install(shopper, html=f"<script>{expression}</script>")
    assert f"<script>{shopper.sandbox.storefront_tokens.current()}</script>" in shopper.page("/101/")


def test_a_script_with_an_address_becomes_a_tag(shopper: Shopper) -> None:
    script = {"name": "-", "src": "https://example.com/a.js?b=1&c=2", "load_method": "defer"}
    shopper.sandbox.scripts.create({**script, "integrity_hashes": ["sha384-a", "sha384-b"]})
    tag = '<script src="https://example.com/a.js?b=1&amp;c=2" defer integrity="sha384-a sha384-b"'
    assert f'{tag} crossorigin="anonymous"></script>' in shopper.page("/101/")


def test_a_storefront_that_navigates_without_page_loads_has_its_script(shopper: Shopper) -> None:
    shopper.add(101, 1001)
    navigation = '<script src="/storefront/navigation.js"></script>'
    assert navigation not in shopper.page("/101/")
    shopper.sandbox.settings.loads_pages = False
    assert navigation in shopper.page("/101/")
    assert navigation not in shopper.page("/checkout")
    assert "history.pushState" in shopper.page("/storefront/navigation.js")


def test_visits_spend_no_quota_and_have_a_log_of_their_own() -> None:
    with serve(Sandbox(products=3, variants=2, quota=1)) as sandbox, Shopper(sandbox) as shopper:
        shopper.put_in({"giftCertificates": [CERTIFICATE]})
        shopper.page("/101/")
        logged = [(each.method, each.path, each.status) for each in sandbox.visits]
        assert logged == [("GET", CARTS, 200), ("POST", CARTS, 200), ("GET", "/101/", 200)]
        assert sandbox.requests == []
        cookies = [each.headers["cookie"] for each in sandbox.visits if "cookie" in each.headers]
        assert cookies == ["(kept out of the log)"]
        log = shopper.visit("GET", "/_sandbox/visits").json()
        assert [each["path"] for each in log] == [CARTS, CARTS, "/101/"]
        shopper.visit("DELETE", "/_sandbox/visits")
        assert sandbox.visits == []
