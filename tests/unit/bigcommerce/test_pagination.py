"""What the `meta.pagination` of an answer may say."""

from __future__ import annotations

import pytest

from include.bigcommerce.catalog import read_products_page
from include.bigcommerce.errors import UnexpectedResponse
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate


@pytest.mark.parametrize("name", ["total", "per_page", "current_page", "total_pages"])
@pytest.mark.parametrize("number", [-1, 2**31, 10**30, "five", "-5", None])
def test_count_that_no_store_has_is_an_error_and_never_kept(
    connect: Connect, dictate: Dictate, name: str, number: object
) -> None:
    pagination = {"total": 1, "per_page": 1, name: number}
    store = dictate(Answer(body={"data": [{"id": 1}], "meta": {"pagination": pagination}}))
    with pytest.raises(UnexpectedResponse, match=name):
        read_products_page(connect(store))
