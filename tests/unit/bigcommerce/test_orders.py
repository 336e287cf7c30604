"""One damaged row in a list of orders costs no more than itself."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from include.bigcommerce.errors import OutcomeUnknown, RequestRefused, UnexpectedResponse
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.orders import create_order, find_orders, get_order, list_orders, newest_order_id
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate

GOOD = b'{"id":101,"external_order_id":"crm-1","status_id":11}'
GOOD_ORDER = StoreOrder(101, "crm-1", status_id=11)
END = Answer(204, b"")


def listing(*rows: bytes) -> Answer:
    return Answer(body=b"[" + b",".join(rows) + b"]")


@pytest.mark.parametrize(
    ("damaged", "read"),
    [
        (rb'{"id":102,"staff_notes":"Great \ud83d"}', StoreOrder(102)),
        (b'{"id":102,"staff_notes":"a\x01b","external_order_id":"crm-2"}', StoreOrder(102, "crm-2")),
        (rb'{"id":102,"external_order_id":"crm-2\ud83d"}', StoreOrder(102, "crm-2\ufffd")),
        (
            b'{"id":102,"external_order_id":"crm-2","total_inc_tax":-' + b"9" * 5000 + b"}",
            StoreOrder(102, "crm-2"),
        ),
        (
            b'{"id":102,"external_order_id":' + b"9" * 5000 + b',"status_id":11}',
            StoreOrder(102, status_id=11),
        ),
        (b'{"id":102,"status_id":1e400,"is_deleted":true}', StoreOrder(102, is_deleted=True)),
        (b'{"id":102,"external_order_id":"crm-2","customer_message":"\xff"}', StoreOrder(102, "crm-2")),
        (b'{"id":102,"external_order_id":4711}', StoreOrder(102)),
        (b'{"id":102,"date_modified":"some day"}', StoreOrder(102)),
        (b'{"id":"102","external_order_id":"crm-2"}', StoreOrder(102, "crm-2")),
        (b'{"id":102,"status_id":"eleven","items_total":-1,"items_shipped":"01"}', StoreOrder(102)),
        (b'{"id":102,"status_id":11.5,"items_total":"1e2","is_deleted":"yes"}', StoreOrder(102)),
    ],
)
def test_damaged_value_of_one_order_costs_only_that_value(
    damaged: bytes, read: StoreOrder, connect: Connect, dictate: Dictate
) -> None:
    assert list(list_orders(connect(dictate(listing(GOOD, damaged), END)))) == [[GOOD_ORDER, read]]
    assert get_order(connect(dictate(Answer(body=damaged))), 102) == read


@pytest.mark.parametrize(
    "row",
    [
        b'{"id":102,"status_id":2,"items_total":3,"items_shipped":0,"is_deleted":true,"total_inc_tax":9.5}',
        b'{"id":"102","status_id":"2","items_total":"3","items_shipped":"0","is_deleted":"true",'
        b'"total_inc_tax":"9.5000"}',
        b'{"id":102,"status_id":2.0,"items_total":3.0,"items_shipped":0.0,"is_deleted":1,"total_inc_tax":9.50}',
        b'{"id":102,"status_id":"2","items_total":3,"items_shipped":"0","is_deleted":"1","total_inc_tax":"9.5"}',
    ],
)
def test_value_in_another_form_means_the_same(row: bytes, connect: Connect, dictate: Dictate) -> None:
    assert get_order(connect(dictate(Answer(body=row))), 102) == StoreOrder(
        102, status_id=2, items_total=3, items_shipped=0, is_deleted=True, total=Decimal("9.5")
    )


@pytest.mark.parametrize(
    "damaged", [b'{"id":' + b"9" * 5000 + b"}", b'{"id":"x2"}', b'{"id":0}', b"{}", b"null", b"1e400", b"[]"]
)
def test_row_without_a_usable_id_costs_only_that_row(
    damaged: bytes, connect: Connect, dictate: Dictate
) -> None:
    assert list(list_orders(connect(dictate(listing(damaged, GOOD), END)))) == [[GOOD_ORDER]]


def test_look_up_finds_the_order_beside_a_damaged_row_but_absence_is_not_proven(
    connect: Connect, dictate: Dictate
) -> None:
    damaged = b'{"id":' + b"9" * 5000 + b"}"
    found = find_orders(connect(dictate(listing(damaged, GOOD))), "crm-1")
    assert found.matches == [GOOD_ORDER]
    assert not find_orders(connect(dictate(listing(damaged))), "crm-1").proves_absence


def test_order_that_is_listed_twice_is_one_order(connect: Connect, dictate: Dictate) -> None:
    found = find_orders(connect(dictate(listing(GOOD, GOOD))), "crm-1")
    assert (found.matches, found.proves_absence) == ([GOOD_ORDER], True)


def test_mark_at_the_beginning_of_a_list_hides_no_order(connect: Connect, dictate: Dictate) -> None:
    answer = Answer(body=b"\xef\xbb\xbf" + listing(GOOD).content)
    assert find_orders(connect(dictate(answer)), "crm-1").matches == [GOOD_ORDER]


@pytest.mark.parametrize("body", [b'{"id":101}', b"true", b'"orders"'])
def test_answer_that_is_no_list_is_an_error(body: bytes, connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(UnexpectedResponse, match="not a list"):
        find_orders(connect(dictate(Answer(body=body))), "crm-1")


def test_date_of_change_is_read_with_its_zone(connect: Connect, dictate: Dictate) -> None:
    order = get_order(
        connect(dictate(Answer(body={"id": 101, "date_modified": "Wed, 25 Nov 2026 12:00:00 +0200"}))), 101
    )
    assert order is not None
    assert order.date_modified == datetime(2026, 11, 25, 10, tzinfo=timezone.utc)


def test_newest_order_is_none_in_an_empty_store(connect: Connect, dictate: Dictate) -> None:
    assert newest_order_id(connect(dictate(END))) is None
    assert newest_order_id(connect(dictate(listing(GOOD)))) == 101


@pytest.mark.parametrize("echo", [{}, {"external_order_id": None}, {"external_order_id": ""}])
def test_created_order_is_known_by_its_id(
    connect: Connect, dictate: Dictate, echo: dict[str, object]
) -> None:
    for order_id in (101, "101"):
        store = dictate(Answer(201, {"id": order_id, **echo}))
        assert create_order(connect(store), {"external_order_id": "crm-1"}).id == 101


@pytest.mark.parametrize(
    ("stated", "total", "currency"),
    [
        ({"total_inc_tax": "12.5000", "default_currency_code": "EUR"}, Decimal("12.5"), "EUR"),
        ({"total_inc_tax": 12.5}, Decimal("12.5"), ""),
        ({"total_inc_tax": {}, "default_currency_code": 978}, None, ""),
        ({}, None, ""),
    ],
)
def test_created_order_is_as_the_answer_says(
    connect: Connect, dictate: Dictate, stated: dict[str, object], total: Decimal | None, currency: str
) -> None:
    created = create_order(connect(dictate(Answer(body={"id": 101, **stated}))), {})
    assert (created.id, created.total, created.currency_code) == (101, total, currency)


@pytest.mark.parametrize("external_id", ["crm-2", "crm-10", 1, {}])
def test_answer_with_another_order_leaves_the_outcome_open(
    connect: Connect, dictate: Dictate, external_id: object
) -> None:
    store = dictate(Answer(201, {"id": 101, "external_order_id": external_id}))
    with pytest.raises(OutcomeUnknown, match="another order"):
        create_order(connect(store), {"external_order_id": "crm-1"})
    assert len(store.received) == 1


def test_order_read_by_its_id_is_never_another_one(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(UnexpectedResponse, match="another order"):
        get_order(connect(dictate(Answer(body=GOOD))), 102)


def test_refusal_hides_the_customer_but_not_the_words_that_a_name_shares_with_it(
    connect: Connect, dictate: Dictate
) -> None:
    refusal = Answer(400, [{"status": 400, "message": "Tea for Ada Stock is out of stock."}])
    body = {"billing_address": {"first_name": "Ada", "last_name": "Stock", "country": "Tea"}}
    with pytest.raises(RequestRefused) as refused:
        create_order(connect(dictate(refusal)), body)
    assert refused.value.detail == "Tea for … Stock is out of stock."
