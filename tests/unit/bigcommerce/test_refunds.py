"""The list of an order's refunds: it proves that one is absent only where it shows all of them."""

from __future__ import annotations

import pytest

from include.bigcommerce.refunds import list_refunds
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate

REFUND = {"id": 12, "order_id": 7, "total_amount": 5, "reason": "CRM refund 1"}


@pytest.mark.parametrize(
    "meta",
    [
        None,
        {},
        [],
        "",
        {"pagination": []},
        {"pagination": {"total": 1, "total_pages": 1}},
        {"pagination": {"total": 1}},
    ],
)
def test_list_that_names_no_more_is_whole(connect: Connect, dictate: Dictate, meta: object) -> None:
    refunds = list_refunds(connect(dictate(Answer(body={"data": [REFUND], "meta": meta}))), 7)
    assert refunds.is_whole
    assert [each.id for each in refunds.found] == [12]


@pytest.mark.parametrize(
    "body",
    [
        {"data": [REFUND], "meta": {"pagination": {"total": 2}}},
        {"data": [REFUND], "meta": {"pagination": {"total": 1, "total_pages": 2}}},
        {"data": [], "meta": {"pagination": {"total": 1, "total_pages": 1}}},
        {"data": [REFUND, {"id": "13"}]},
        {"data": [REFUND, {**REFUND, "id": 13, "order_id": 8}]},
    ],
)
def test_list_that_may_lack_a_refund_is_not_whole(connect: Connect, dictate: Dictate, body: object) -> None:
    assert not list_refunds(connect(dictate(Answer(body=body))), 7).is_whole
