"""Reading a catalogue page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from include.bigcommerce.catalog import Product, ProductsPage, parse_product, read_products_page
from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import UnexpectedResponse
from include.bigcommerce.pagination import Pagination
from include.product_sync.extract import read_catalogue
from include.sandbox import Settings
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, OpenSandbox


def read_all(client: StoreClient, **arguments: Any) -> list[ProductsPage]:
    pages = [read_products_page(client, **arguments)]
    while pages[-1].has_more:
        pages.append(read_products_page(client, after=pages[-1].product_ids[-1], **arguments))
    return pages


@pytest.mark.parametrize("page_cap", [250, 7, 1])
def test_the_whole_catalogue_is_read_whatever_page_size_the_store_chooses(
    page_cap: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=30, settings=Settings(page_cap=page_cap))
    pages = read_all(connect(sandbox))
    assert [each for page in pages for each in page.product_ids] == sandbox.catalogue.product_ids
    assert len(sandbox.requests) == -(-30 // page_cap)
    assert (pages[0].total, pages[0].listed) == (30, min(30, page_cap))


def test_products_that_come_and_go_are_neither_skipped_nor_read_twice(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=30, settings=Settings(page_cap=10))
    stable = sandbox.catalogue.product_ids[1:]
    sandbox.after_products_page(1, lambda catalogue: catalogue.remove_product(catalogue.product_ids[0]))
    sandbox.after_products_page(2, lambda catalogue: catalogue.add_product("New", id=5))
    ids = [each for page in read_all(connect(sandbox)) for each in page.product_ids]
    assert len(ids) == len(set(ids))
    assert set(stable) <= set(ids)


def test_a_range_of_ids_leaves_both_ends_out(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=10)
    ids = list(sandbox.catalogue.product_ids)
    page = read_products_page(connect(sandbox), after=ids[2], before=ids[6])
    assert page.product_ids == ids[3:6]
    assert not page.has_more


def test_a_page_by_number(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=10)
    page = read_products_page(connect(sandbox), page=2, limit=4)
    assert page.product_ids == sandbox.catalogue.product_ids[4:8]


def test_page_that_counts_in_text_is_read(connect: Connect, dictate: Dictate) -> None:
    counts = {"total": "3", "count": "2", "per_page": "2", "current_page": "1", "total_pages": "2"}
    products = [{"id": "7", "name": "Tea"}, {"id": 10, "name": "Cup"}]
    store = dictate(Answer(body={"data": products, "meta": {"pagination": counts}}))
    page = read_products_page(connect(store))
    assert (page.product_ids, page.total, page.has_more) == ([7, 10], 3, True)


def test_an_empty_catalogue_is_one_empty_page(connect: Connect, open_sandbox: OpenSandbox) -> None:
    (page,) = read_all(connect(open_sandbox(products=0)))
    assert (page.product_ids, page.total, page.has_more) == ([], 0, False)


def test_every_awkward_product_of_the_sandbox_is_parsed(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=40, variants=3, awkward=True)
    pieces = [piece for page in read_all(connect(sandbox)) for _, piece in page.products]
    items = [parse_product(piece) for piece in pieces]
    products = [item for item in items if isinstance(item, Product)]
    assert products == items
    assert sum(len(product.variants) for product in products) == sum(
        len(sandbox.catalogue.variants(product_id)) for product_id in sandbox.catalogue.product_ids
    )
    for product in products:
        for variant in product.variants:
            if variant.price is not None:
                assert str(variant.price) == str(sandbox.catalogue.variant(variant.id).price)


@pytest.mark.parametrize(
    ("pagination", "items", "has_more"),
    [
        ({"total": 2, "per_page": 250, "current_page": 1, "total_pages": 1, "links": {}}, 2, False),
        ({"total": 2, "per_page": 250, "current_page": 1, "total_pages": 1, "links": []}, 2, False),
        ({"total": 2, "per_page": 250}, 2, False),
        ({"total": 9, "per_page": 250}, 2, True),
        ({"total": 2, "per_page": 2, "current_page": 1, "total_pages": 2}, 2, True),
        ({"total": 2, "per_page": 2, "links": {"next": "?page=2"}}, 2, True),
        ({"total": 9, "per_page": 2, "links": {"next": "?page=2"}}, 0, False),
        # counts less than it lists, or another page than the one that was requested
        ({"total": 0, "count": 0, "per_page": 2, "total_pages": 0}, 2, True),
        ({"total": 1, "per_page": 2, "current_page": 1, "total_pages": 1}, 2, True),
        ({"total": 3, "per_page": 2, "current_page": 2, "total_pages": 2}, 2, True),
        ({"total": 2, "per_page": 2, "current_page": 0, "total_pages": 1}, 2, False),
    ],
)
def test_there_is_more_unless_the_page_is_empty_or_the_store_says_no(
    pagination: object, items: int, has_more: bool, connect: Connect, dictate: Dictate
) -> None:
    data = [{"id": number} for number in range(1, items + 1)]
    client = connect(dictate(Answer(body={"data": data, "meta": {"pagination": pagination}})))
    assert read_products_page(client).has_more is has_more


def test_list_of_products_without_a_body_is_named_as_that(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(UnexpectedResponse, match=r"\$ is empty, is cut off, or"):
        read_products_page(connect(dictate(Answer(204, b""))))


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        ({}, "data at $.data is missing"),
        ([], "$ is a list, not an object"),
        ({"data": {}}, "data at $.data is an object, not a list"),
        ({"data": []}, "meta at $.meta is missing"),
        ({"data": [], "meta": {"pagination": {"total": "two"}}}, "total at $.meta.pagination.total is text"),
        ({"data": [{"id": 9}, {"id": 8}]}, "not in the order"),
        ({"data": [{"id": 9}, {"id": 8}, {"id": 9}]}, "not in the order"),
        ({"data": [{"id": 4}]}, "or the range that was requested"),
        ({"data": [{"id": 21}]}, "or the range that was requested"),
        ({"data": [{"id": "eight"}]}, "no product with an id"),
    ],
)
def test_an_answer_that_breaks_the_contract_names_the_place(
    answer: Any, where: str, connect: Connect, dictate: Dictate
) -> None:
    if isinstance(answer, dict) and answer.get("data"):
        answer["meta"] = {"pagination": {"total": 1, "per_page": 250}}
    with pytest.raises(UnexpectedResponse) as caught:
        read_products_page(connect(dictate(Answer(body=answer))), after=5, before=20)
    assert where in str(caught.value)
    assert caught.value.path == "/v3/catalog/products"


@pytest.mark.parametrize(
    ("ids", "read"),
    [
        ([9, 9], [9]),
        ([7, 8, 8, 8, 9], [7, 8, 9]),
        ([7, 8, 7], [7, 8]),
        ([5, 6, 19, 20], [6, 19]),  # the ends of the range are on other pages
        ([5], []),
        ([20], []),
    ],
)
def test_product_that_is_listed_twice_is_read_once(
    ids: list[int], read: list[int], connect: Connect, dictate: Dictate
) -> None:
    data = [{"id": each, "name": str(place)} for place, each in enumerate(ids)]
    pagination = {"total": len(ids), "count": len(ids), "per_page": 250}
    store = dictate(Answer(body={"data": data, "meta": {"pagination": pagination}}))
    page = read_products_page(connect(store), after=5, before=20)
    assert page.product_ids == read
    assert page.listed == page.total
    names = [
        product.name for _, piece in page.products if isinstance(product := parse_product(piece), Product)
    ]
    assert names == [str(ids.index(each)) for each in read], "its first mention"


def test_page_that_counts_a_product_twice_is_not_taken_for_the_last(
    connect: Connect, dictate: Dictate
) -> None:
    """The store may count each product once, so that one has made room for the second mention."""
    data = [{"id": 7}, {"id": 7}, {"id": 8}]
    store = dictate(Answer(body={"data": data, "meta": {"pagination": {"total": 3, "per_page": 250}}}))
    assert read_products_page(connect(store)).has_more


@pytest.mark.parametrize("page_cap", [250, 4, 1])
@pytest.mark.parametrize("twice", [[0], [3, 4, 29], range(30)])
def test_catalogue_that_lists_products_twice_is_read_as_a_whole(
    twice: Sequence[int], page_cap: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=30, settings=Settings(page_cap=page_cap))
    for position in twice:
        sandbox.catalogue.invalid_content.list_twice(sandbox.catalogue.product_ids[position])
    ids = [each for page in read_catalogue(connect(sandbox)) for each in page.product_ids]
    assert sorted(ids) == sandbox.catalogue.product_ids


def test_page_by_number_whose_counts_are_wrong_ends_no_range(
    connect: Connect, open_sandbox: OpenSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = open_sandbox(products=16, variants=1, settings=Settings(page_cap=2))
    honest = Pagination.promises_more
    monkeypatch.setattr(
        Pagination, "promises_more", lambda self, items, page=1: page == 1 and honest(self, items, page)
    )
    ids = [each for page in read_catalogue(connect(sandbox)) for each in page.product_ids]
    assert sorted(ids) == sandbox.catalogue.product_ids


def test_empty_page_that_counts_products_is_not_taken_for_the_end(connect: Connect, dictate: Dictate) -> None:
    pages = [
        Answer(body={"data": [{"id": each} for each in ids], "meta": {"pagination": pagination}})
        for ids, pagination in (
            ([1, 2], {"total": 302, "per_page": 250}),
            ([], {"total": 300, "per_page": 250}),
        )
    ]
    sentence = "counts 300 products with ids above 2 but listed only 0, so nothing was published"
    with pytest.raises(UnexpectedResponse, match=sentence):
        list(read_catalogue(connect(dictate(*pages))))


def test_store_that_ignores_which_products_were_requested_is_not_believed(
    connect: Connect, dictate: Dictate
) -> None:
    body = {"data": [{"id": 5}, {"id": 6}], "meta": {"pagination": {"total": 2, "per_page": 250}}}
    with pytest.raises(UnexpectedResponse, match="or the range that was requested"):
        read_products_page(connect(dictate(Answer(body=body))), only=[5])
