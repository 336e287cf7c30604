"""A page that a store keeps failing on is read in smaller ones, and the size is remembered."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from include.bigcommerce.catalog import ProductsPage, read_products_page
from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import StoreUnavailable
from include.product_sync.extract import read_catalogue
from include.sandbox import Sandbox
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
    return [int(parse_qs(request.query)["limit"][0]) for request in sandbox.requests]


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


def test_an_outage_is_the_store_being_unavailable_and_teaches_no_size(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(*[DOWN] * 12, EMPTY)
    client = connect(store)
    page = read_products_page(client)
    assert page.limit == 250
    assert sizes(store) == [250, 250, 125, 125, 60, 60, 30, 30, 10, 10, 250, 250, 250]


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
