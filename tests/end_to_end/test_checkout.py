"""The whole way of a sale: a cart in the storefront, the CRM's checkout, and the order back in the store."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from include.dag_ids import ORDER_PUSH
from include.order_push.translate import external_order_id
from include.sandbox.catalogue.catalogue import Catalogue
from tests.support.browsers import visiting
from tests.support.running_system import PAGE_API, PATIENCE_SECONDS, Store, run_dag

pytestmark = pytest.mark.end_to_end
LONG = PATIENCE_SECONDS * 1000
CUP, TEA, GUIDE = 901, 902, 903


def stock(catalogue: Catalogue) -> None:
    """A simple product, one with two variants, and one to download."""
    sizes = [
        {"id": number, "label": label, "option_id": 7, "option_display_name": "Size"}
        for number, label in enumerate(["Small", "Large"], start=1)
    ]
    catalogue.add_product("Plain cup", [{"sku": "CUP"}], id=CUP, price=Decimal("4.50"))
    teas = [{"sku": f"TEA-{size['label']}", "option_values": [size]} for size in sizes]
    catalogue.add_product("Green tea", teas, id=TEA, price=Decimal("1234.00"))
    catalogue.add_product("Guide", [{"sku": "GUIDE"}], id=GUIDE, price=Decimal("9.95"), type="digital")


@pytest.fixture
def redirecting_store(store: Store) -> Store:
    """A store whose checkout is redirected, and whose initial orders are pushed."""
    store.sandbox.settings.stock_is_tracked = False
    stock(store.sandbox.catalogue)
    store.update(send_initial_orders=True, checkout_url=store.system.checkout_url)
    store.sync_without_airflow()
    store.update(checkout_redirect=True)
    return store


@pytest.fixture
def shopper(browser: Browser) -> Iterator[Page]:
    """A browser that nobody is logged in with."""
    with visiting(browser) as anybody:
        yield anybody.new_page()


def add_to_cart(page: Page, store: Store, product_id: int, variant_id: int, quantity: int) -> None:
    address = f"{store.sandbox.base_url}/cart.php?action=add"
    page.goto(f"{address}&product_id={product_id}&variant_id={variant_id}&qty={quantity}")


def push(store: Store) -> dict[str, Any]:
    return run_dag(store.system, ORDER_PUSH, store=store.sandbox.store_hash)


def test_a_cart_is_paid_in_the_crm_and_comes_back_as_an_order(
    redirecting_store: Store, shopper: Page
) -> None:
    store, catalogue = redirecting_store, redirecting_store.sandbox.catalogue
    (cup,), (small, large), (guide,) = map(catalogue.variants, (CUP, TEA, GUIDE))
    bought = [(cup, 1), (small, 2), (large, 3), (guide, 1)]
    held = {row["bigcommerce_variant_id"]: row for row in store.variants()}
    path = f"/{store.sandbox.store_hash}/variants/{held[large.id]['variant_detail_id']}/override-price"
    store.system.airflow.call("PUT", path, {"price": "1.99"}, below=PAGE_API)
    prices = {variant.id: held[variant.id]["price"] for variant, _ in bought} | {large.id: Decimal("1.99")}

    for variant, quantity in bought:
        add_to_cart(shopper, store, variant.product_id, variant.id, quantity)
    shopper.goto(f"{store.sandbox.base_url}/cart.php?utm_source=mail")
    requests: list[Request] = []
    shopper.on("request", lambda request: requests.append(request))
    before = time.perf_counter()
    shopper.get_by_role("link", name="Check out", exact=True).click()
    shopper.wait_for_url(f"{store.system.checkout_url}**", wait_until="commit")
    milliseconds = (time.perf_counter() - before) * 1000
    print(f"{milliseconds:.0f} ms from the click to the redirect")

    asked = [urlsplit(each.url).path for each in requests if each.url.startswith(store.sandbox.base_url)]
    assert asked == ["/api/storefront/carts", "/graphql"]
    items = ";".join(
        f"{held[variant.id]['campaign_product_id']}.{held[variant.id]['variant_detail_id']}:{quantity}"
        for variant, quantity in bought
    )
    cart_id = parse_qs(urlsplit(shopper.url).query)["cart"][0]
    assert shopper.url == f"{store.system.checkout_url}?products={items}&cart={cart_id}&utm_source=mail"

    total = sum((prices[variant.id] * quantity for variant, quantity in bought), Decimal(0))
    rows = shopper.locator("tbody tr")
    expect(rows).to_have_count(len(bought))
    for row, (variant, quantity) in zip(rows.all(), bought, strict=True):
        product = catalogue.product(variant.product_id)
        labels = ", ".join(f"{each.option_display_name}: {each.label}" for each in variant.option_values)
        price = prices[variant.id]
        texts = [
            f"{product.name} {labels}".strip(),
            f"{quantity}",
            f"{price:,.2f}",
            f"{price * quantity:,.2f}",
        ]
        assert [" ".join(text.split()) for text in row.locator("th, td").all_inner_texts()] == texts
    expect(shopper.locator("#total")).to_have_text(f"{total:,.2f} USD")

    shopper.get_by_role("button", name=f"Pay {total:,.2f} USD").click()
    expect(shopper.get_by_role("heading", name="Thank you")).to_be_visible()
    order_id = shopper.locator("#order").inner_text()
    shopper.go_back()
    shopper.get_by_role("button", name="Pay").click()
    expect(shopper.locator("#order")).to_have_text(order_id)

    run = push(store)
    assert run["state"] == "success", run["note"]
    (order,) = store.sandbox.orders
    assert order.external_order_id == external_order_id(int(order_id))
    assert Decimal(order.total_inc_tax) == total
    assert [
        (line.product_id, line.variant_id, line.quantity, Decimal(line.price_inc_tax))
        for line in store.sandbox.orders.lines(order.id)
    ] == [(variant.product_id, variant.id, quantity, prices[variant.id]) for variant, quantity in bought]


def test_what_no_link_carries_is_paid_in_bigcommerce_with_the_whole_cart(
    redirecting_store: Store, shopper: Page
) -> None:
    catalogue = redirecting_store.sandbox.catalogue
    (cup,) = catalogue.variants(CUP)
    catalogue.metafields.remove_of_variant(cup.id)
    other = catalogue.variants(TEA)[0]

    for variant in (cup, other):
        add_to_cart(shopper, redirecting_store, variant.product_id, variant.id, 1)
    shopper.get_by_role("link", name="Check out", exact=True).click()

    shopper.wait_for_url(f"{redirecting_store.sandbox.base_url}/checkout**")
    for variant in (cup, other):
        expect(shopper.locator(f"[data-variant-id='{variant.id}']")).to_be_visible()


def test_a_link_made_on_the_page_is_copied_and_opens_the_checkout(
    redirecting_store: Store, person: Callable[..., Page]
) -> None:
    page = person("user")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    product_id = redirecting_store.variants()[0]["campaign_product_id"]
    address = f"{redirecting_store.system.airflow.address}/plugin/data_sources/data-sources"
    page.goto(f"{address}/{redirecting_store.sandbox.store_hash}/products/{product_id}")
    inside = page.frame_locator("iframe")
    inside.get_by_label("Quantity").fill("2")
    inside.get_by_role("button", name="Add to link").click()
    link = inside.get_by_label("Link", exact=True).input_value(timeout=LONG)
    inside.get_by_role("button", name="Copy link").click()
    expect(inside.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    with page.expect_popup() as opened:
        inside.get_by_role("link", name="Open link").click()
    expect(opened.value.get_by_role("heading", name="Your cart")).to_be_visible()
    assert opened.value.url == link
