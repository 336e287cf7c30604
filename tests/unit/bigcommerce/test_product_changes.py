"""Which products changed since a time, as a store lists them."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from include.bigcommerce.errors import UnexpectedResponse
from include.bigcommerce.product_changes import ChangedProduct, products_changed_since
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, OpenSandbox

SINCE = datetime(2026, 1, 1, tzinfo=timezone.utc)


def page(*products: bytes) -> Answer:
    meta = b'"meta": {"pagination": {"total": %d, "per_page": 250}}' % len(products)
    return Answer(body=b'{"data": [' + b", ".join(products) + b"], " + meta + b"}")


@pytest.mark.parametrize(
    "odd", [b'{"id": "seven"}', b'{"id": null}', b"5", b'{"date_modified": "2026-01-01T00:00:00Z"}']
)
def test_product_without_a_usable_id_hides_no_other(connect: Connect, dictate: Dictate, odd: bytes) -> None:
    good = b'{"id": 8, "date_modified": "2026-01-01T01:00:00+01:00"}'
    changes = products_changed_since(connect(dictate(page(odd, good))), SINCE)
    assert list(changes.pages) == [[ChangedProduct(8, SINCE)]]


@pytest.mark.parametrize(
    "modified",
    [b"null", b"5", b'"yesterday"', b'"\\ud83d"', b'"0001-01-01T00:00:00Z"', b'"2026-01-01T00:00:00"'],
)
def test_product_without_a_usable_date_is_a_change_all_the_same(
    connect: Connect, dictate: Dictate, modified: bytes
) -> None:
    store = dictate(page(b'{"id": 8, "date_modified": ' + modified + b"}"))
    assert list(products_changed_since(connect(store), SINCE).pages) == [[ChangedProduct(8)]]


def test_page_of_nothing_usable_is_an_error(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(UnexpectedResponse, match="no product with an id"):
        products_changed_since(connect(dictate(page(b'{"id": "seven"}'))), SINCE)


@pytest.mark.parametrize("field", ["date_modified", "is_visible", "id"])
def test_product_that_breaks_the_list_is_a_change_and_hides_no_other(
    field: str, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=15, variants=1)
    ids = list(sandbox.catalogue.product_ids)
    for place in (3, 12):
        sandbox.catalogue.invalid_content.spoil_product(ids[place], "date_modified", '"12" rod"')
        sandbox.catalogue.invalid_content.fail_on_product(ids[place], field)
    changes = products_changed_since(connect(sandbox), datetime(2000, 1, 1, tzinfo=timezone.utc))
    assert [each.id for page in changes.pages for each in page] == ids
    assert changes.store_time is not None


def test_product_that_is_listed_twice_is_one_change(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=5, variants=1)
    ids = list(sandbox.catalogue.product_ids)
    sandbox.catalogue.invalid_content.list_twice(ids[-1])
    changes = products_changed_since(connect(sandbox), datetime(2000, 1, 1, tzinfo=timezone.utc))
    assert [each.id for page in changes.pages for each in page] == ids
