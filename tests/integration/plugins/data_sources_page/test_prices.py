"""The pages and the API of many price changes at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from include.product_sync.price_file import LARGEST_FILE

API = "/data-sources/api/data-sources/tea/price-changes"
HEADERS = {"X-Requested-With": "page"}
NAME = "<b>Oolong</b>"


@pytest.fixture
def shop(crm: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A store with one product of three variants, T-1 to T-3 for 12.50 EUR."""
    crm.execute("INSERT INTO crm.campaign (name, currency_code) VALUES ('Tea', 'EUR')")
    crm.execute(
        "INSERT INTO crm.data_source (store_hash, store_name, campaign_id) VALUES ('tea', 'Tea Shop', 1)"
    )
    crm.execute(
        "INSERT INTO crm.campaign_product (campaign_id, bigcommerce_product_id, name, sku, is_visible, "
        "content_hash) VALUES (1, 77, 'Tea', 'T', true, '')"
    )
    crm.execute(
        "INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name, "
        "options, price, purchasing_disabled, content_hash) SELECT 1, place, 'T-' || place, %s, "
        "'[]', 12.5, false, '' FROM generate_series(1, 3) place",
        [NAME],
    )
    crm.commit()
    return crm


def upload(person: Any, data: bytes | str, **parameters: object) -> Any:
    content = data.encode() if isinstance(data, str) else data
    headers = {**HEADERS, "Content-Type": "text/csv"}
    return person.client.post(f"{API}/import", content=content, params=parameters, headers=headers)


def post(person: Any, path: str, **body: object) -> Any:
    return person.client.post(f"{API}{path}", json=body, headers=HEADERS)


def overrides(shop: Any) -> list[Decimal | None]:
    shop.rollback()
    rows = shop.execute("SELECT override_price FROM crm.campaign_product_variant ORDER BY variant_detail_id")
    return [price for (price,) in rows]


def test_an_import_with_mistakes_is_previewed_applied_and_undone(
    shop: Any, user: Any, viewer: Any, in_airflow: Callable[..., list[dict[str, Any]]]
) -> None:
    answer = upload(user, "sku;override_price\nT-1;1,234\nT-2;8.00\nT-9;1\n", name="new <i>prices</i>.csv")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["changes"], made["problem_count"], made["applied_at"]) == (1, 2, None)
    page = viewer.read(made["page"])
    assert "Preview: Import of new <i>prices</i>.csv" in page
    assert "2 '1,234' may mean 1.234 or 1234." in page
    assert "4 No variant has the SKU T-9." in page
    assert NAME in page
    assert NAME not in viewer.get(made["page"]).text
    assert 'id="apply"' not in viewer.get(made["page"]).text
    assert "Change 1 price, skip 2" in user.read(made["page"])
    assert overrides(shop) == [None] * 3

    applied = post(user, f"/{made['price_batch_id']}/apply")
    assert applied.json()["message"] == "Prices changed: 1. Syncs won't change them."
    assert overrides(shop) == [None, Decimal("8.00"), None]
    history = viewer.read("tea/variants/2/override-history")
    assert NAME in history
    assert "SKU T-2" in history
    assert "Import of new <i>prices</i>.csv synced price 8.00" in history
    assert "Import of new" in viewer.read("tea/prices")

    undone = post(user, f"/{made['price_batch_id']}/undo").json()
    assert undone["message"] == "Undone. Prices restored: 1."
    assert overrides(shop) == [None] * 3
    assert "This was undone." in viewer.read(made["page"])
    assert "The change that this undid." in viewer.read(undone["page"])
    audit = in_airflow("SELECT * FROM log WHERE event = 'bigcommerce.change_prices' ORDER BY id")
    assert [json.loads(each["extra"])["title"] for each in audit] == [
        "Import of new <i>prices</i>.csv",
        "Undo: Import of new <i>prices</i>.csv",
    ]
    assert {each["owner"] for each in audit} == {"a user"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"action": "raise", "by": "10", "selected": [1, "3"]}, ["13.75", None, "13.75"]),
        ({"action": "lower", "by": 1, "unit": "amount", "scope": "all"}, ["11.50"] * 3),
        ({"action": "lower", "by": "1", "unit": "amount", "scope": "all", "search": "t-2"}, ["11.50"] * 3),
    ],
)
def test_selected_variants_or_all_of_a_search_are_changed(
    shop: Any, user: Any, wanted: dict[str, object], expected: list[str | None]
) -> None:
    made = post(user, "", **wanted).json()
    assert overrides(shop) == [None] * 3
    post(user, f"/{made['price_batch_id']}/apply")
    assert overrides(shop) == [Decimal(each) if each else None for each in expected]
    reset = post(user, "", action="reset", scope="all").json()
    assert reset["title"] == "Reset to synced price"
    post(user, f"/{reset['price_batch_id']}/apply")
    assert overrides(shop) == [None] * 3


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"action": "raise", "by": "10"}, "variants"),
        ({"action": "raise", "by": "10", "selected": [99]}, "variants"),
        ({"action": "raise", "by": "10", "scope": "all", "search": "cocoa"}, "variants"),
        ({"action": "raise", "by": "a lot", "scope": "all"}, "by"),
        ({"action": "double", "scope": "all"}, "action"),
        ({"action": "raise", "by": "10", "selected": [2**70]}, "0"),
    ],
)
def test_a_change_that_cannot_be_made_is_named_at_its_field(
    shop: Any, user: Any, wanted: dict[str, object], field: str
) -> None:
    answer = post(user, "", **wanted)
    assert answer.status_code == 422
    assert answer.json()["problems"][field].endswith(".")


def test_a_free_price_needs_a_confirmation_that_names_the_consequence(shop: Any, user: Any) -> None:
    made = post(user, "", action="lower", by="100", selected=[1]).json()
    assert "Customers get 1 variant for free" in user.read(made["page"])
    assert "Free" in user.read(made["page"], show="unusual")
    refused = post(user, f"/{made['price_batch_id']}/apply")
    assert refused.status_code == 422
    assert "for free" in refused.json()["problems"]["confirmed"]
    assert post(user, f"/{made['price_batch_id']}/apply", confirmed=True).status_code == 200
    assert overrides(shop)[0] == 0


@pytest.mark.parametrize(("price", "said"), [("0", "for free"), ("1.005", "EUR has 2 decimals")])
def test_an_unusual_price_of_one_variant_needs_a_confirmation(
    shop: Any, user: Any, price: str, said: str
) -> None:
    path = "/data-sources/api/data-sources/tea/variants/3/override-price"
    refused = user.client.put(path, json={"price": price}, headers=HEADERS)
    assert refused.status_code == 422
    assert said in refused.json()["problems"]["confirmed"]
    assert overrides(shop)[2] is None
    done = user.client.put(path, json={"price": price, "confirmed": True}, headers=HEADERS)
    assert done.status_code == 200
    assert overrides(shop)[2] == Decimal(price)


def test_a_price_that_somebody_changed_meanwhile_is_named_and_nothing_changes(shop: Any, user: Any) -> None:
    made = upload(user, "sku,override_price\nT-1,9\nT-2,8\n").json()
    user.client.put(
        "/data-sources/api/data-sources/tea/variants/2/override-price", json={"price": "7"}, headers=HEADERS
    )
    assert "Changed meanwhile T-2" in user.read(made["page"], show="outdated")
    refused = post(user, f"/{made['price_batch_id']}/apply")
    assert refused.status_code == 409
    assert "line 3 (T-2)" in refused.json()["detail"]
    assert overrides(shop) == [None, Decimal(7), None]


def test_an_export_imports_as_no_change(shop: Any, user: Any) -> None:
    exported = user.get("api/data-sources/tea/products.csv").content
    made = upload(user, exported, name="campaign-products-tea.csv").json()
    assert (made["changes"], made["unchanged"], made["problem_count"]) == (0, 3, 0)
    assert 'id="apply"' not in user.get(made["page"]).text


def test_an_import_without_a_preview_is_all_or_nothing(shop: Any, user: Any) -> None:
    refused = upload(user, "sku,override_price\nT-1,9\nT-9,8\n", dry_run=False)
    assert refused.status_code == 422
    assert "Line 3: No variant has the SKU T-9." in refused.json()["problems"]["file"]
    assert overrides(shop) == [None] * 3
    assert shop.execute("SELECT count(*) FROM crm.price_batch").fetchone() == (0,)
    assert upload(user, "sku,override_price\nT-1,9\n", dry_run=False).json()["applied_by"] == "a user"
    assert overrides(shop) == [Decimal(9), None, None]


@pytest.mark.parametrize(
    ("data", "content_type", "status", "said"),
    [
        (b"x" * (LARGEST_FILE + 1), "text/csv", 413, "at most 1 MB"),
        ("sku,override_price\nTé,1".encode("latin-1"), "text/csv; charset=latin1", 422, "not UTF-8"),
        (b"{}", "application/json", 422, "Content-Type text/csv"),
        (b"sku,override_price\nT-1,1", "text/plain", 403, "neither JSON nor CSV"),
        (b"sku,override_price\nT-1,1", "multipart/form-data; boundary=x", 403, "neither JSON nor CSV"),
    ],
)
def test_a_body_that_is_no_csv_file_is_refused(
    shop: Any, user: Any, data: bytes, content_type: str, status: int, said: str
) -> None:
    headers = {**HEADERS, "Content-Type": content_type}
    refused = user.client.post(f"{API}/import", content=data, headers=headers)
    assert refused.status_code == status
    assert said in refused.text


def test_a_preview_of_another_store_is_not_found(shop: Any, user: Any) -> None:
    made = upload(user, "sku,override_price\nT-1,9\n").json()["price_batch_id"]
    shop.execute("INSERT INTO crm.campaign (name, currency_code) VALUES ('Coffee', 'EUR')")
    shop.execute(
        "INSERT INTO crm.data_source (store_hash, store_name, campaign_id) VALUES ('coffee', 'Coffee', 2)"
    )
    shop.commit()
    assert user.get(f"coffee/prices/{made}").status_code == 404
    other = API.replace("tea", "coffee")
    assert user.client.get(f"{other}/{made}").status_code == 404
    assert user.client.post(f"{other}/{made}/apply", json={}, headers=HEADERS).status_code == 409
    assert overrides(shop) == [None] * 3


def test_rows_and_changes_are_listed_in_pages(shop: Any, user: Any) -> None:
    made = post(user, "", action="raise", by="10", scope="all").json()
    path = f"api/data-sources/tea/price-changes/{made['price_batch_id']}"
    first = user.get(path, limit=2).json()
    assert [row["sku"] for row in first["rows"]] == ["T-1", "T-2"]
    assert [row["sku"] for row in user.get(path, limit=2, after=first["next"]).json()["rows"]] == ["T-3"]
    assert first["rows"][0]["price_after"] == "13.75"
    post(user, f"/{made['price_batch_id']}/apply")
    post(user, f"/{made['price_batch_id']}/undo")
    listed = user.get("api/data-sources/tea/price-changes", limit=1).json()
    assert [each["kind"] for each in listed["price_changes"]] == ["undo"]
    older = user.get("api/data-sources/tea/price-changes", before=listed["next"]).json()
    assert [each["title"] for each in older["price_changes"]] == ["Raise by 10%"]


def test_before_the_first_sync_there_is_nothing_to_change(crm: Any, user: Any) -> None:
    crm.execute("INSERT INTO crm.data_source (store_hash, store_name) VALUES ('tea', 'New Shop')")
    crm.commit()
    assert "The first product sync creates them" in user.read("tea/prices")
    assert upload(user, "sku,override_price\nT-1,9\n").status_code == 409
    assert post(user, "", action="reset", scope="all").status_code == 409


def test_a_viewer_sees_changes_and_no_controls(shop: Any, viewer: Any, user: Any) -> None:
    assert 'type="file"' not in viewer.get("tea/prices").text
    assert 'id="change-prices"' not in viewer.get("tea/products").text
    assert 'id="change-prices"' in user.get("tea/products").text
    assert upload(viewer, "sku,override_price\nT-1,9\n").status_code == 403
