"""The page and the API of the checkout: which variants are not ready, and links that people make."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.support.page_visitors import Visitor

pytestmark = pytest.mark.usefixtures("in_airflow")
SCRIPT = "<script>alert(1)</script>"
CHECKOUT = "https://checkout.example.com/buy"


@pytest.fixture
def shop(crm: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A store with a tea in two sizes and a cup; nothing is written back, and the cup has no SKU."""
    crm.execute("INSERT INTO crm.campaign (name, currency_code) VALUES ('Tea', 'EUR'), ('Other', 'EUR')")
    crm.execute(
        "INSERT INTO crm.data_source (data_source_id, store_hash, store_name, campaign_id, checkout_url) "
        "VALUES (7, 'tea', 'Tea Shop', 1, %s), (8, 'other', 'Other', 2, %s)",
        [CHECKOUT, CHECKOUT],
    )
    crm.execute(
        "INSERT INTO crm.campaign_product (campaign_id, bigcommerce_product_id, name, sku, is_visible, "
        "content_hash) VALUES (1, 77, 'Tea', '', true, ''), (1, 78, %s, '', true, ''), "
        "(2, 79, 'Secret', '', true, '')",
        [SCRIPT],
    )
    crm.execute(
        "INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name, "
        "options, price, override_price, purchasing_disabled, content_hash) VALUES "
        """(1, 11, 'TEA-S', 'Tea - S', '[{"name": "Size", "value": "S"}]', 12.5, NULL, false, ''),"""
        """(1, 12, 'TEA-L', 'Tea - L', '[{"name": "Size", "value": "L"}]', 20, 18.25, false, ''),"""
        "(2, 13, '', %s, '[]', 3, NULL, true, ''), (3, 14, 'SECRET', 'Secret', '[]', 3, NULL, false, '')",
        [SCRIPT],
    )
    crm.commit()
    return crm


def test_the_overview_links_to_what_is_not_ready_and_has_it_counted(shop: Any, viewer: Visitor) -> None:
    assert "Not ready for checkout Show variants" in viewer.read("tea")
    overview = viewer.get("tea").text
    assert 'href="tea/checkout-readiness"' in overview
    (count,) = re.findall('hx-get="(tea/checkout-readiness/[^"]+)" hx-trigger="load"', overview)
    assert viewer.read(count) == "3 variants"
    assert 'class="warn"' in viewer.get(count).text
    assert "hx-get" not in viewer.get(count).text


def test_variants_that_are_not_ready_are_listed_with_their_next_step(shop: Any, viewer: Visitor) -> None:
    page = viewer.read("tea/checkout-readiness")

    assert "All 3" in page
    assert "Blank SKU 1" in page
    assert "Field not written 3" in page
    assert "It has no SKU. Enter one in BigCommerce, then sync again." in page
    assert SCRIPT not in viewer.get("tea/checkout-readiness").text
    assert 'href="tea/products/2#variant-3"' in viewer.get("tea/checkout-readiness").text


def test_the_list_is_searched_filtered_and_paged_as_its_api_is(shop: Any, viewer: Visitor) -> None:
    path = "api/data-sources/tea/checkout-readiness"

    everything = viewer.get(path).json()
    assert (everything["count"], everything["next"]) == (3, None)
    assert everything["count_by_reason"] == {"not written": 3, "blank SKU": 1}
    first = viewer.get(path, limit=2).json()
    second = viewer.get(path, limit=2, after=first["next"]).json()
    assert [each["variant_detail_id"] for each in first["variants"] + second["variants"]] == [1, 2, 3]
    blank = viewer.get(path, reason="blank SKU").json()["variants"]
    assert [each["reasons"][0]["reason"] for each in blank] == ["blank SKU"]
    assert [each["sku"] for each in viewer.get(path, search="tea-l").json()["variants"]] == ["TEA-L"]
    assert "No variants match." in viewer.read("tea/checkout-readiness", search="nothing")
    assert viewer.get(path, reason="other").status_code == 422


def test_a_link_is_put_together_step_by_step(shop: Any, viewer: Visitor) -> None:
    page = viewer.read("tea/products/1", items="1.1:1", add=2, quantity=2)

    assert "Tea - S TEA-S 1 12.50 EUR 12.50 EUR" in page
    assert "Tea - L TEA-L 2 18.25 EUR 36.50 EUR" in page
    assert "The checkout charges 49.00 EUR" in page
    html = viewer.get("tea/products/1", items="1.1:1", add=2, quantity=2).text
    assert html.count(f"{CHECKOUT}?products=1.1:1;1.2:2") == 2
    assert 'href="tea/products/1?items=1.2%3A2#checkout-link"' in html


def test_a_variant_that_is_added_twice_is_added_up(shop: Any, viewer: Visitor) -> None:
    html = viewer.get("tea/products/1", items="1.1:1", add=1, quantity=2).text

    assert f'{CHECKOUT}?products=1.1:3"' in html


def test_what_cannot_be_sold_is_named_and_the_link_stays(shop: Any, viewer: Visitor) -> None:
    html = viewer.get("tea/products/2", items="1.1:1", add=3, quantity=1).text

    assert "cannot be bought at the moment." in html
    assert SCRIPT not in html
    assert f'{CHECKOUT}?products=1.1:1"' in html


def test_a_link_knows_nothing_of_other_stores(shop: Any, viewer: Visitor) -> None:
    answer = viewer.get("api/data-sources/tea/checkout-link", items="3.4:1")

    assert answer.status_code == 409
    assert "The CRM has no product 3.4." in answer.json()["detail"]
    assert "Secret" not in answer.text
    assert "Secret" not in viewer.get("tea/products/1", items="3.4:1").text


def test_the_api_makes_the_same_link(shop: Any, viewer: Visitor) -> None:
    path = "api/data-sources/tea/checkout-link"

    assert viewer.get(path, items="1.1:1;1.2:2;1.1:1").json() == {
        "link": f"{CHECKOUT}?products=1.1:2;1.2:2",
        "total": "61.50",
        "currency": "EUR",
    }
    assert viewer.get(path, items="1.1").status_code == 422
    assert viewer.get(path).status_code == 422


def test_without_a_checkout_address_the_page_says_where_to_enter_it(
    shop: Any, viewer: Visitor, visitor: Callable[..., Visitor]
) -> None:
    shop.execute("UPDATE crm.data_source SET checkout_url = NULL")
    shop.commit()

    assert "The settings have no checkout address yet." in viewer.read("tea/products/1", items="1.1:1")
    assert "Enter the checkout address" in visitor("op").read("tea/products/1")
    answer = viewer.get("api/data-sources/tea/checkout-link", items="1.1:1")
    assert answer.status_code == 409
    assert "has no checkout address" in answer.json()["detail"]
