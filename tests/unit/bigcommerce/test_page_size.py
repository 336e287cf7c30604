"""A page that a store keeps failing on is read in smaller ones, and the size is remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

import pytest

from include.bigcommerce.catalog import (
    Product,
    ProductsPage,
    Unusable,
    parse_product,
    read_products_page,
)
from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import StoreUnavailable
from include.bigcommerce.unusable_reasons import SAVE_AGAIN
from include.product_sync.extract import read_catalogue
from include.sandbox import Sandbox, Settings
from tests.support.dictated_store import Answer, DictatedStore
from tests.support.store_clients import Connect, Dictate, OpenSandbox

EMPTY = Answer(body={"data": [], "meta": {"pagination": {"total": 0, "per_page": 250}}})
DOWN = Answer(504, b"")


def sizes(store: DictatedStore) -> list[int]:
    return [int(parse_qs(urlsplit(each.target).query)["limit"][0]) for each in store.received]


def make_heavy(sandbox: Sandbox, *limits: int, status: int = 504) -> None:
    """Pages of these sizes fail for ever."""
    for limit in limits:
        sandbox.faults.add("status", status=status, path=rf"limit={limit}(?!\d)", times=None)


def limits(sandbox: Sandbox) -> list[int]:
    queries = [parse_qs(request.query) for request in sandbox.requests]
    return [int(query["limit"][0]) for query in queries if "limit" in query]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_pages_that_keep_failing_are_read_in_smaller_ones_and_the_size_is_remembered(
    status: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=600, variants=1)
    make_heavy(sandbox, 250, 125, status=status)
    pages = list(read_catalogue(connect(sandbox, requests_in_flight=1)))
    ids = [each for page in pages for each in page.product_ids]
    assert sorted(ids) == sandbox.catalogue.product_ids
    asked = limits(sandbox)
    assert asked[:5] == [250, 250, 125, 125, 60]
    assert asked.count(250) == 3, "once more, to be sure"
    assert set(asked[6:]) == {60}


@pytest.mark.parametrize("heavy", [(250,), (250, 125), (250, 125, 60), (250, 125, 60, 30)])
def test_readers_side_by_side_read_every_product_once_whatever_size_works(
    heavy: tuple[int, ...], connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=1_600, variants=1)
    sandbox.faults.add("status", status=504, path=r"limit=250(?!\d)", times=None, skip=1)
    make_heavy(sandbox, *heavy[1:])
    pages = list(read_catalogue(connect(sandbox)))
    ids = [each for page in pages for each in page.product_ids]
    assert sorted(ids) == sandbox.catalogue.product_ids


def test_a_page_that_is_never_answered_is_read_in_smaller_ones(connect: Connect, dictate: Dictate) -> None:
    silent = Answer(after="silence")
    store = dictate(silent, silent, EMPTY)
    read_products_page(connect(store, read_timeout=0.2))
    assert sizes(store) == [250, 250, 125]


def test_a_passing_failure_does_not_shrink_the_pages_that_follow(connect: Connect, dictate: Dictate) -> None:
    store = dictate(DOWN, DOWN, EMPTY, EMPTY, EMPTY)
    client = connect(store)
    for _ in range(3):
        read_products_page(client)
    assert sizes(store) == [250, 250, 125, 250, 250]


def test_failures_with_large_pages_that_work_in_between_do_not_shrink_the_pages(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(DOWN, DOWN, EMPTY, EMPTY, DOWN, DOWN, EMPTY, EMPTY)
    client = connect(store)
    for _ in range(4):
        read_products_page(client)
    assert sizes(store) == [250, 250, 125, 250, 250, 250, 125, 250]


def test_an_outage_is_the_store_being_unavailable_and_teaches_no_size(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(*[DOWN] * 13, EMPTY)
    client = connect(store)
    page = read_products_page(client)
    assert page.limit == 250
    assert sizes(store) == [250, 250, 125, 125, 60, 60, 30, 30, 10, 10, 10, 1, 250, 250]


def test_a_long_outage_ends_as_unavailable_within_few_requests(connect: Connect, dictate: Dictate) -> None:
    store = dictate(DOWN)
    with pytest.raises(StoreUnavailable):
        read_products_page(connect(store))
    assert len(store.received) < 35


def test_an_unreachable_store_is_not_sent_requests_for_smaller_pages(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(EMPTY)
    store.__exit__()
    with pytest.raises(StoreUnavailable, match="no connection"):
        read_products_page(connect(store, patience=20.0))
    assert store.received == []


def read_at(client: StoreClient, page: int) -> ProductsPage:
    return read_products_page(client, page=page)


def test_a_page_by_number_begins_where_the_large_one_would_have_or_a_little_later(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=600, variants=1)
    ids = list(sandbox.catalogue.product_ids)
    make_heavy(sandbox, 250, 125)
    page = read_at(connect(sandbox), 2)
    assert ids.index(page.product_ids[0]) == 300
    assert (page.limit, page.listed) == (60, 60)


STRAY_QUOTE = '"12" rod"'
OPEN_BRACKET = '{"a": [1}'


@pytest.mark.parametrize(
    ("raw", "position"),
    [(STRAY_QUOTE, 0), (OPEN_BRACKET, 137), ('"never closed', 299), ("}", 249), ("[", 250)],
)
def test_product_whose_brackets_or_quotes_are_wrong_costs_no_other_product(
    raw: str, position: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=300, variants=2)
    ids = list(sandbox.catalogue.product_ids)
    sandbox.catalogue.invalid_content.spoil_product(ids[position], "name", raw)
    products = [parse_product(each) for page in read_catalogue(connect(sandbox)) for _, each in page.products]
    left_out = [each for each in products if isinstance(each, Unusable)]
    assert [(each.product_id, each.reason) for each in left_out] == [
        (ids[position], f"BigCommerce's answer about this product is not valid JSON; {SAVE_AGAIN}")
    ]
    read = [each for each in products if isinstance(each, Product)]
    assert sorted(each.id for each in read) == [each for each in ids if each != ids[position]]
    assert all(len(each.variants) == 2 for each in read)
    assert len(sandbox.requests) < 50


def spoil(sandbox: Sandbox, product_id: int) -> None:
    """Every answer that holds this product is no JSON."""
    sandbox.catalogue.invalid_content.spoil_product(product_id, "name", STRAY_QUOTE)


def fail(sandbox: Sandbox, product_id: int) -> None:
    """The store fails wherever it would send this product."""
    sandbox.catalogue.invalid_content.fail_on_product(product_id)


def spoil_lists(sandbox: Sandbox, product_id: int) -> None:
    """Every answer that holds this product is no JSON, even a list of ids."""
    sandbox.catalogue.invalid_content.spoil_product(product_id, "is_visible", STRAY_QUOTE)


def fail_in_lists(sandbox: Sandbox, product_id: int) -> None:
    """The store fails wherever it would send this product, even on a list of ids."""
    sandbox.catalogue.invalid_content.fail_on_product(product_id, "id")


def lose_id(sandbox: Sandbox, product_id: int) -> None:
    """The product has no id."""
    sandbox.catalogue.invalid_content.spoil_product(product_id, "id", "null")


@pytest.mark.parametrize("break_product", [spoil, fail])
@pytest.mark.parametrize(
    ("products", "broken", "page_cap"),
    [
        (1, [0], 250),  # the only product of the store
        (3, [0, 1, 2], 250),
        (12, range(12), 250),
        (30, range(30), 250),
        (2, [0], 250),
        (2, [1], 250),
        (251, [250], 250),  # alone on the last page
        (252, [250, 251], 250),
        (12, [9, 10, 11], 250),  # so is what is beside the last page
        (30, range(10, 20), 250),  # a whole page
        (80, range(5, 55), 250),  # and the pages beside it
        (260, range(260 - 30, 260), 250),
        (4, [1, 2], 1),
        (4, [0, 1, 2, 3], 1),
        (6, [1, 2, 3, 4], 1),
        (6, [5], 1),
        (30, range(7, 14), 7),
    ],
)
def test_broken_products_cost_no_other_wherever_they_are(
    products: int,
    broken: Sequence[int],
    page_cap: int,
    break_product: Callable[[Sandbox, int], None],
    connect: Connect,
    open_sandbox: OpenSandbox,
) -> None:
    sandbox = open_sandbox(products=products, variants=1, settings=Settings(page_cap=page_cap))
    ids = list(sandbox.catalogue.product_ids)
    for position in broken:
        break_product(sandbox, ids[position])
    found = [parse_product(each) for page in read_catalogue(connect(sandbox)) for _, each in page.products]
    assert {each.product_id for each in found if isinstance(each, Unusable)} == {ids[at] for at in broken}
    assert len(found) == products


def test_changed_product_that_cannot_be_read_is_skipped_though_it_is_the_only_one_requested(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=3, variants=1)
    broken = sandbox.catalogue.product_ids[1]
    sandbox.catalogue.invalid_content.spoil_product(broken, "name", STRAY_QUOTE)
    [(product_id, piece)] = read_products_page(connect(sandbox), only=[broken]).products
    assert product_id == broken
    assert isinstance(parse_product(piece), Unusable)


@pytest.mark.parametrize("break_product", [spoil_lists, fail_in_lists])
@pytest.mark.parametrize(
    ("products", "broken", "page_cap"),
    [
        (1, [0], 250),
        (3, [0, 1, 2], 250),
        (12, [9, 10, 11], 250),
        (30, range(10, 20), 250),
        (30, range(30), 250),
        (4, [1, 2], 1),
    ],
)
def test_products_that_break_even_lists_of_ids_cost_no_other_wherever_they_are(
    products: int,
    broken: Sequence[int],
    page_cap: int,
    break_product: Callable[[Sandbox, int], None],
    connect: Connect,
    open_sandbox: OpenSandbox,
) -> None:
    sandbox = open_sandbox(products=products, variants=1, settings=Settings(page_cap=page_cap))
    ids = list(sandbox.catalogue.product_ids)
    for position in broken:
        break_product(sandbox, ids[position])
    found = [parse_product(each) for page in read_catalogue(connect(sandbox)) for _, each in page.products]
    assert {each.product_id for each in found if isinstance(each, Unusable)} == {ids[at] for at in broken}
    assert len(found) == products


@pytest.mark.parametrize("break_product", [spoil_lists, fail_in_lists])
def test_product_that_breaks_even_lists_of_ids_is_named_at_the_cost_of_few_requests(
    break_product: Callable[[Sandbox, int], None], connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=300, variants=1)
    ids = list(sandbox.catalogue.product_ids)
    break_product(sandbox, ids[137])
    products = [parse_product(each) for page in read_catalogue(connect(sandbox)) for _, each in page.products]
    assert [each.product_id for each in products if isinstance(each, Unusable)] == [ids[137]]
    assert len(products) == 300
    assert len(sandbox.requests) < 70


@pytest.mark.parametrize("position", [0, 249, 510, 1_000, 1_599])
def test_product_that_breaks_lists_of_ids_costs_no_other_where_several_readers_meet(
    position: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=1_600, variants=1)
    ids = list(sandbox.catalogue.product_ids)
    spoil_lists(sandbox, ids[position])
    products = [parse_product(each) for page in read_catalogue(connect(sandbox)) for _, each in page.products]
    assert [each.product_id for each in products if isinstance(each, Unusable)] == [ids[position]]
    assert sorted(each.id for each in products if isinstance(each, Product)) == [
        each for each in ids if each != ids[position]
    ]


@pytest.mark.parametrize("highest", [0, 10**6, 2**31 - 1, 2**62])
def test_id_that_cannot_be_listed_is_found_far_from_others(
    highest: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=2, variants=1)
    if highest:
        sandbox.catalogue.add_product("Far", id=highest)
    ids = list(sandbox.catalogue.product_ids)
    spoil_lists(sandbox, ids[-1])
    pieces = [piece for page in read_catalogue(connect(sandbox)) for piece in page.products]
    assert [product_id for product_id, _ in pieces] == ids
    assert isinstance(parse_product(pieces[-1][1]), Unusable)
    assert len(sandbox.requests) < 200


@pytest.mark.parametrize("page_cap", [250, 4, 1])
@pytest.mark.parametrize("positions", [[0], [3, 11], range(12)])
def test_product_without_an_id_costs_no_other_wherever_it_is(
    positions: Sequence[int], page_cap: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=12, variants=1, settings=Settings(page_cap=page_cap))
    ids = list(sandbox.catalogue.product_ids)
    for position in positions:
        lose_id(sandbox, ids[position])
    found = [parse_product(each) for page in read_catalogue(connect(sandbox)) for _, each in page.products]
    unusable = [each for each in found if isinstance(each, Unusable)]
    assert {each.reason for each in unusable} == {
        f"The product's id is empty, not a whole number; {SAVE_AGAIN}"
    }
    assert len(unusable) == len(positions)
    assert len(found) == 12


def test_changed_product_that_breaks_lists_of_ids_is_skipped(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=9, variants=1)
    ids = list(sandbox.catalogue.product_ids)
    spoil_lists(sandbox, ids[4])
    pieces = read_products_page(connect(sandbox), only=[ids[2], ids[4], ids[6]]).products
    assert [product_id for product_id, _ in pieces] == [ids[2], ids[4], ids[6]]
    assert [isinstance(parse_product(piece), Unusable) for _, piece in pieces] == [False, True, False]


@pytest.mark.parametrize("positions", [(3, 4), (0, 299), (131, 138)])
def test_products_merged_by_stray_quotes_are_separated(
    positions: tuple[int, int], connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=300, variants=1)
    ids = list(sandbox.catalogue.product_ids)
    spoiled = [ids[position] for position in positions]
    for each in spoiled:
        sandbox.catalogue.invalid_content.spoil_product(each, "name", STRAY_QUOTE)
    products = [parse_product(each) for page in read_catalogue(connect(sandbox)) for _, each in page.products]
    assert sorted(each.product_id for each in products if isinstance(each, Unusable)) == spoiled
    assert len(products) == 300


def test_product_on_which_the_store_fails_is_named_with_the_status(
    connect: Connect, dictate: Dictate
) -> None:
    ids = Answer(body={"data": [{"id": 7}, {"id": 8}], "meta": {"pagination": {"total": 2, "per_page": 10}}})
    good = Answer(body={"data": [{"id": 8, "name": "Good"}], "meta": {}})
    page = read_products_page(connect(dictate(*[DOWN] * 10, ids, DOWN, DOWN, good)))
    bad, product = (parse_product(piece) for _, piece in page.products)
    assert bad == Unusable(
        "product", 7, None, f"BigCommerce fails when this product is read (HTTP 504); {SAVE_AGAIN}"
    )
    assert isinstance(product, Product)
    assert page.product_ids == [7, 8]


def test_product_that_never_arrives_is_named_with_what_happened(connect: Connect, dictate: Dictate) -> None:
    ids = Answer(body={"data": [{"id": 7}, {"id": 8}], "meta": {"pagination": {"total": 2, "per_page": 10}}})
    good = Answer(body={"data": [{"id": 8, "name": "Good"}], "meta": {}})
    cut = Answer(body=b"x" * 100, after="cut")
    page = read_products_page(connect(dictate(*[DOWN] * 10, ids, cut, cut, good)))
    bad, _ = (parse_product(piece) for _, piece in page.products)
    assert isinstance(bad, Unusable)
    assert bad.reason == (
        "BigCommerce fails when this product is read (the connection broke before the whole answer had "
        f"arrived); {SAVE_AGAIN}"
    )


def test_outage_that_begins_while_products_are_read_one_by_one_is_no_fault_of_theirs(
    connect: Connect, dictate: Dictate
) -> None:
    pagination = {"pagination": {"total": 3, "per_page": 250}}
    ids = Answer(body={"data": [{"id": 7}, {"id": 8}, {"id": 9}], "meta": pagination})
    first = Answer(body={"data": [{"id": 7, "name": "A"}], "meta": {}})
    whole = [{"id": product_id, "name": "A"} for product_id in (7, 8, 9)]
    good = Answer(body={"data": whole, "meta": pagination})
    page = read_products_page(connect(dictate(*[DOWN] * 10, ids, first, *[DOWN] * 5, good)))
    assert all(isinstance(parse_product(piece), Product) for _, piece in page.products)
    assert page.product_ids == [7, 8, 9]


def test_store_that_fails_on_every_product_is_unavailable(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=40, variants=1)
    sandbox.faults.add("status", status=500, path="include=variants", times=None)
    with pytest.raises(StoreUnavailable):
        list(read_catalogue(connect(sandbox)))


def test_reading_ends_where_all_that_followed_the_first_page_was_deleted(
    connect: Connect, dictate: Dictate
) -> None:
    first = {"data": [{"id": 7}], "meta": {"pagination": {"total": 2, "per_page": 1, "total_pages": 2}}}
    pages = read_catalogue(connect(dictate(Answer(body=first), EMPTY)))
    assert [page.product_ids for page in pages] == [[7]]


def test_small_first_page_makes_no_reader_read_a_product_twice(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=600, variants=1)
    sandbox.faults.add("status", status=504, path=r"limit=250(?!\d)", times=2)
    sandbox.faults.add("status", status=504, path=r"limit=125(?!\d)", times=2)
    pages = list(read_catalogue(connect(sandbox)))
    assert sorted(each for page in pages for each in page.product_ids) == sandbox.catalogue.product_ids


def test_pages_are_large_again_behind_a_product_that_cannot_be_read(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=600, variants=1)
    sandbox.catalogue.invalid_content.spoil_product(sandbox.catalogue.product_ids[137], "name", STRAY_QUOTE)
    list(read_catalogue(connect(sandbox)))
    assert limits(sandbox)[-1] == 250
