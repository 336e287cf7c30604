"""Quotes and lists of refunds: a list proves that a refund is absent only where it shows all of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from include.bigcommerce.errors import OutcomeUnknown
from include.bigcommerce.refund_lists import list_refunds
from include.bigcommerce.refunds import create_refund, quote_refund
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
        {"pagination": {"total": "1", "total_pages": "1"}},
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
        {"data": [REFUND, {"id": "x"}]},
        {"data": [REFUND, {**REFUND, "id": 13, "order_id": 8}]},
        {"data": [REFUND, {**REFUND, "id": 13, "order_id": "8"}]},
    ],
)
def test_list_that_may_lack_a_refund_is_not_whole(connect: Connect, dictate: Dictate, body: object) -> None:
    assert not list_refunds(connect(dictate(Answer(body=body))), 7).is_whole


def test_answer_with_the_refund_of_another_order_leaves_the_outcome_open(
    connect: Connect, dictate: Dictate
) -> None:
    created = dictate(Answer(201, {"data": {"id": "12", "order_id": 7}}))
    assert create_refund(connect(created), 7, [], [], reason="CRM refund 1") == 12
    with pytest.raises(OutcomeUnknown, match="another order"):
        create_refund(connect(created), 8, [], [], reason="CRM refund 1")


def test_numbers_of_a_refund_may_be_text(connect: Connect, dictate: Dictate) -> None:
    items = [{"item_type": "PRODUCT", "item_id": "3", "quantity": "2"}]
    refund = {"id": "12", "order_id": "7", "total_amount": "5.00", "items": items}
    [found] = list_refunds(connect(dictate(Answer(body={"data": [refund]}))), 7).found
    assert (found.id, found.order_id, found.total, found.pieces) == (12, 7, 5, {3: 2})


def test_refund_that_is_listed_twice_is_one_refund(connect: Connect, dictate: Dictate) -> None:
    refunds = list_refunds(connect(dictate(Answer(body={"data": [REFUND, REFUND]}))), 7)
    assert ([each.id for each in refunds.found], refunds.is_whole) == ([12], True)


@pytest.mark.parametrize(
    ("payments", "total"),
    [
        ([{"is_declined": True}], 0),
        ([{"is_declined": True}, {"is_declined": True, "amount": 5}], 0),
        ([{"is_declined": True}, {"is_declined": False}], 5),
        ([{"is_declined": False}], 5),
        ([{"is_declined": "true"}], 5),
        ([{}], 5),
        ([], 5),
        (["declined"], 5),
        (None, 5),
    ],
)
def test_refund_without_a_payment_that_went_through_came_to_nothing(
    connect: Connect, dictate: Dictate, payments: object, total: int
) -> None:
    items = [{"item_type": "PRODUCT", "item_id": 3, "quantity": 2}]
    listed = {**REFUND, "items": items, "payments": payments}
    [found] = list_refunds(connect(dictate(Answer(body={"data": [listed]}))), 7).found
    assert found.total == total
    assert found.pieces == ({3: 2} if total else {})
    assert found.reasons == {"CRM refund 1"}


@pytest.mark.parametrize(
    ("apart", "paid_back"),
    [
        ({}, 10),
        ({"tax_inclusive": True, "total_refund_tax_amount": 0.83}, 10),
        ({"tax_inclusive": False, "total_refund_tax_amount": 0.83}, Decimal("10.83")),
        ({"tax_inclusive": False, "total_refund_tax_amount": 1}, 11),
        ({"tax_inclusive": False, "total_refund_tax_amount": None}, 10),
        ({"tax_inclusive": False, "total_refund_tax_amount": "0.83"}, 10),
        ({"tax_inclusive": None, "total_refund_tax_amount": 0.83}, 10),
    ],
)
def test_quote_says_what_the_customer_gets_whether_its_total_has_the_tax_or_not(
    connect: Connect, dictate: Dictate, apart: dict[str, object], paid_back: object
) -> None:
    quote = {"total_refund_amount": 10, "refund_methods": [], **apart}
    store = dictate(Answer(201, {"data": quote}))
    assert quote_refund(connect(store), 7, []).paid_back == paid_back
