"""The pages and the API of campaign products."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def shop(crm: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A store with one product of twelve variants, whose name is a script."""
    crm.execute("INSERT INTO crm.campaign (name, currency_code) VALUES ('Tea', 'EUR')")
    crm.execute(
        "INSERT INTO crm.data_source (store_hash, store_name, campaign_id) VALUES ('tea', 'Tea Shop', 1)"
    )
    crm.execute(
        "INSERT INTO crm.campaign_product (campaign_id, bigcommerce_product_id, name, sku, is_visible, "
        "content_hash) VALUES (1, 77, %s, 'T', true, '')",
        [SCRIPT],
    )
    crm.execute(
        "INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name, "
        "options, price, purchasing_disabled, content_hash) SELECT 1, place, 'T-' || place, %s, "
        """'[{"name": "Size", "value": "<b>M</b>"}]', 12.5, false, '' FROM generate_series(1, 12) place""",
        [SCRIPT],
    )
    crm.commit()
    return crm


def test_what_a_store_calls_its_products_is_shown_as_text(shop: Any, viewer: Any) -> None:
    for path in ("tea/products", "tea/products/1"):
        page = viewer.get(path).text
        assert SCRIPT not in page
        assert "<b>M</b>" not in page
        assert SCRIPT in viewer.read(path)


def test_the_first_ten_variants_are_listed_and_the_product_has_a_page_with_all(
    shop: Any, viewer: Any
) -> None:
    assert "All 12 variants" in viewer.read("tea/products")
    assert viewer.get("tea/products").text.count('<tr id="variant-') == 10
    assert viewer.get("tea/products/1").text.count('<tr id="variant-') == 12
    assert viewer.get("api/data-sources/tea/products").json()["products"][0]["variant_count"] == 12


def test_a_price_is_overridden_kept_with_who_did_it_and_set_back(
    shop: Any, user: Any, viewer: Any, in_airflow: Callable[..., list[dict[str, Any]]]
) -> None:
    path = "api/data-sources/tea/variants/3/override-price"
    header = {"X-Requested-With": "page"}
    done = user.client.put(f"/data-sources/{path}", json={"price": "9.9900"}, headers=header)
    assert done.status_code == 200, done.text
    assert done.json()["message"] == "Override saved: 9.99 EUR. Syncs won't change it."
    page = viewer.read("tea/products")
    assert "Overridden by a user" in page
    assert "9.99 EUR" in page
    reset = user.client.delete(f"/data-sources/{path}", headers=header).json()
    assert (reset["override_price"], reset["message"]) == (None, "Reset to synced price: 12.50 EUR.")
    history = viewer.get(f"{path}/history").json()
    assert [each["price_after"] for each in history] == [None, "9.9900"]
    assert {each["changed_by"] for each in history} == {"a user"}
    assert "synced price" in viewer.read("tea/variants/3/override-history")
    audit = in_airflow("SELECT * FROM log WHERE event = 'bigcommerce.override_price' ORDER BY id")
    assert [(each["owner"], each["dag_id"]) for each in audit] == [
        ("a user", "bigcommerce_product_sync__tea")
    ] * 2
    variant = {"variant_detail_id": 3, "sku": "T-3", "name": SCRIPT}
    assert json.loads(audit[0]["extra"]) == {**variant, "price_before": None, "price": "9.9900"}


@pytest.mark.parametrize("price", ["", "12,50", "-1", "NaN", "1e5"])
def test_what_is_no_price_is_named_at_its_field_and_changes_nothing(shop: Any, user: Any, price: str) -> None:
    path = "/data-sources/api/data-sources/tea/variants/3/override-price"
    refused = user.client.put(path, json={"price": price}, headers={"X-Requested-With": "page"})
    assert refused.status_code == 422
    assert refused.json()["problems"]["price"].endswith(".")
    assert shop.execute("SELECT count(*) FROM crm.override_price_change").fetchone() == (0,)


def test_a_viewer_sees_no_field_for_a_price(shop: Any, viewer: Any, user: Any) -> None:
    assert 'name="price"' not in viewer.get("tea/products").text
    assert 'name="price"' in user.get("tea/products").text


def test_the_csv_comes_as_a_file(shop: Any, viewer: Any) -> None:
    answer = viewer.get("api/data-sources/tea/products.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=campaign-products-tea.csv"
    assert len(answer.text.splitlines()) == 13
    assert "1.3,77,3,T-3," in answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"search": "cocoa"}, "No products match “cocoa”"),
        ({"show": "removed"}, "There are no products under “Removed”"),
        ({"show": "overridden", "search": "tea"}, "No products under “Overridden” match"),
    ],
)
def test_an_empty_list_says_why(shop: Any, viewer: Any, query: dict[str, str], said: str) -> None:
    assert said in viewer.read("tea/products", **query)


def test_before_the_first_sync_the_page_says_what_to_do(crm: Any, viewer: Any) -> None:
    crm.execute("INSERT INTO crm.data_source (store_hash, store_name) VALUES ('new', 'New Shop')")
    crm.commit()
    assert "The first product sync creates them" in viewer.read("new/products")
    assert viewer.get("api/data-sources/new/products").json() == {"products": [], "next": None}
    assert viewer.get("nowhere/products").status_code == 404


def test_a_sku_of_spaces_is_marked_as_blank(shop: Any, viewer: Any) -> None:
    assert "Blank SKU" not in viewer.read("tea/products")
    shop.execute("UPDATE crm.campaign_product_variant SET sku = '  ' WHERE variant_detail_id = 4")
    shop.commit()
    assert "Blank SKU" in viewer.read("tea/products")


@pytest.mark.parametrize(
    "path", ["tea/products", "api/data-sources/tea/products", "api/data-sources/tea/products.csv"]
)
def test_a_search_that_postgres_has_no_text_for_is_no_fault(shop: Any, viewer: Any, path: str) -> None:
    assert viewer.get(path, search="\0").status_code == 200


def test_product_whose_name_nobody_sees_can_be_opened_all_the_same(shop: Any, viewer: Any) -> None:
    shop.execute("UPDATE crm.campaign_product SET name = E'\u202e \u200b '")
    shop.commit()
    page = viewer.get("tea/products").text
    assert '<a href="tea/products/1"><bdi>Product without a name</bdi></a>' in page
    for path in ("tea/products", "tea/products/1"):
        assert "\u202e" not in viewer.get(path).text
        assert "Product without a name" in viewer.read(path)


@pytest.mark.parametrize(
    ("currency", "price", "shown"),
    [
        ("JPY", "1200", "1,200 JPY"),
        ("JPY", "1200.5", "1,200.5 JPY"),
        ("KWD", "1.5", "1.500 KWD"),
        ("EUR", "1200", "1,200.00 EUR"),
    ],
)
def test_prices_have_the_decimals_of_their_currency(
    shop: Any, user: Any, currency: str, price: str, shown: str
) -> None:
    shop.execute("UPDATE crm.campaign SET currency_code = %s", [currency])
    shop.execute("UPDATE crm.campaign_product_variant SET price = %s", [price])
    shop.commit()
    for path in ("tea/products", "tea/products/1", "tea/variants/3/override-history"):
        assert f" {shown}" in user.read(path)
    path = "/data-sources/api/data-sources/tea/variants/3/override-price"
    reset = user.client.delete(path, headers={"X-Requested-With": "page"})
    assert reset.json()["message"] == f"Reset to synced price: {shown}."
