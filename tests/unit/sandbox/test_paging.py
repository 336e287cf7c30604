"""Pages: keyset and numbered, capped, and while the catalogue changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sandbox_client import PRODUCTS, SandboxClient
from tests.support.sandbox_visits import Visit


def keyset(store: SandboxClient, limit: int) -> list[int]:
    """All product ids, asked for by id:greater until a page is empty."""
    ids: list[int] = []
    while True:
        after = {"id:greater": ids[-1]} if ids else {}
        page = store.get(PRODUCTS, sort="id", direction="asc", limit=limit, **after).json()["data"]
        if not page:
            return ids
        ids += [product["id"] for product in page]


def numbered(store: SandboxClient, limit: int) -> list[int]:
    """All product ids, following links.next."""
    ids: list[int] = []
    link: str | None = f"?limit={limit}"
    while link:
        answer = store.get(PRODUCTS + link).json()
        ids += [product["id"] for product in answer["data"]]
        link = answer["meta"]["pagination"]["links"].get("next")
    return ids


@pytest.mark.parametrize("read_all", [keyset, numbered])
def test_pages_give_every_product_once(visit: Visit, read_all: Any) -> None:
    store = visit(products=23)
    assert read_all(store, limit=5) == store.sandbox.catalogue.product_ids


def test_keyset_paging_neither_skips_nor_repeats_when_products_come_and_go(visit: Visit) -> None:
    store = visit(products=20)
    before = list(store.sandbox.catalogue.product_ids)
    store.sandbox.after_products_page(1, lambda catalogue: catalogue.remove_product(before[0]))
    store.sandbox.after_products_page(2, lambda catalogue: catalogue.add_product("New"))
    store.sandbox.after_products_page(2, lambda catalogue: catalogue.remove_product(before[12]))
    seen = keyset(store, limit=5)
    new = store.sandbox.catalogue.product_ids[-1]
    assert seen == [each for each in before if each != before[12]] + [new]


def test_numbered_paging_skips_a_product_when_an_earlier_one_is_deleted(visit: Visit) -> None:
    store = visit(products=20)
    before = list(store.sandbox.catalogue.product_ids)
    store.sandbox.after_products_page(1, lambda catalogue: catalogue.remove_product(before[0]))
    assert set(before) - set(numbered(store, limit=5)) == {before[5]}


def test_store_can_return_smaller_pages_than_requested(visit: Visit) -> None:
    store = visit(products=9)
    store.sandbox.settings.page_cap = 4
    answer = store.get(PRODUCTS, limit=250).json()
    assert len(answer["data"]) == answer["meta"]["pagination"]["per_page"] == 4
    assert numbered(store, limit=250) == keyset(store, limit=250) == store.sandbox.catalogue.product_ids


@pytest.mark.parametrize(("include", "size"), [("variants", 15), ("options", 10), ("variants,modifiers", 10)])
def test_options_and_modifiers_cap_the_page_at_ten(visit: Visit, include: str, size: int) -> None:
    store = visit(products=15)
    assert len(store.get(PRODUCTS, include=include, limit=250).json()["data"]) == size


def test_pagination_describes_the_page(visit: Visit) -> None:
    store = visit(products=7)
    pagination = store.get(PRODUCTS, page=2, limit=3).json()["meta"]["pagination"]
    assert pagination == {
        "total": 7,
        "count": 3,
        "per_page": 3,
        "current_page": 2,
        "total_pages": 3,
        "links": {"current": "?page=2&limit=3", "previous": "?page=1&limit=3", "next": "?page=3&limit=3"},
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"id:greater": 103, "id:less": 106}, [104, 105]),
        ({"id:min": 103, "id:max": 104}, [103, 104]),
        ({"id": 102}, [102]),
        ({"id:in": "105,101,999"}, [101, 105]),
        ({"id:not_in": "101,102,103,104", "id:max": 105}, [105]),
        ({"name": "Renamed"}, [104]),
        ({"sku": "P-102"}, [102]),
        ({"sku:in": "P-102,P-103"}, [102, 103]),
        ({"is_visible": "false"}, [101]),
        ({"availability": "disabled"}, [103]),
        ({"date_modified:min": "2025-06-01T00:00:00+00:00"}, [101, 103, 104]),
        ({"date_modified:max": "2025-06-01T00:00:00Z", "id:max": 105}, [102, 105]),
        ({"id:max": 103, "direction": "desc"}, [103, 102, 101]),
        ({"id:max": 103, "sort": "price", "direction": "desc"}, [102, 103, 101]),
    ],
)
def test_filters_and_sort_orders_select_what_they_name(
    visit: Visit, query: dict[str, Any], expected: list[int]
) -> None:
    store = visit(products=6, seed=4)
    catalogue = store.sandbox.catalogue
    assert catalogue.product_ids[:6] == [101, 102, 103, 104, 105, 106]
    catalogue.change_product(101, is_visible=False, price="1")
    catalogue.change_product(103, availability="disabled", price="9.5")
    catalogue.change_product(104, name="Renamed")
    assert [product["id"] for product in store.get(PRODUCTS, **query).json()["data"]] == expected


@pytest.mark.parametrize(
    "query",
    [{"colour": "red"}, {"id:greater": "x"}, {"sort": "mood"}, {"include": "soul"}, {"limit": "many"}],
)
def test_unknown_or_invalid_parameters_are_refused(visit: Visit, query: dict[str, str]) -> None:
    response = visit().get(PRODUCTS, **query)
    assert response.status_code == 422
    assert response.json().keys() >= {"status", "title", "type", "errors"}


def test_list_of_all_variants_has_no_sort_order_and_no_id_range(visit: Visit) -> None:
    store = visit()
    assert store.get("/v3/catalog/variants", sort="id").status_code == 422
    assert store.get("/v3/catalog/variants", **{"id:greater": 1}).status_code == 422
