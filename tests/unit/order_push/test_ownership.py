"""Which orders in BigCommerce under our id are ours, and which another system sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from email.utils import format_datetime

import msgspec
import pytest

from include.bigcommerce.order_answers import StoreOrder
from include.crm.order_ledger_rows import Claim
from include.order_push.ownership import is_another

COMPLETED = datetime(2026, 11, 28, 9, 30, 15, tzinfo=timezone.utc)
SENT = COMPLETED + timedelta(days=1)  # by a backfill
HELD = Claim(
    order_push_id=1,
    order_id=7,
    state="uncertain",
    sent_at=SENT,
    attempts=1,
    lookups=0,
    completed_at=COMPLETED,
    total_amount=Decimal("20.00"),
    currency_code="USD",
    email_address="Ada@Example.com ",
)
OTHER_TOTAL = Decimal(21)
OTHER_EMAIL = "bob@example.com"


def in_store(created: datetime | None = COMPLETED, **changes: object) -> StoreOrder:
    """The order as BigCommerce has it, unless `changes` say otherwise."""
    as_sent = StoreOrder(
        100,
        "crm-7",
        date_created=format_datetime(created) if created else None,
        total=Decimal("20.0000"),
        currency_code="USD",
        external_source="CRM",
        email="ada@example.com",
    )
    return msgspec.structs.replace(as_sent, **changes)


@pytest.mark.parametrize(
    "order",
    [
        in_store(),
        in_store(COMPLETED.replace(microsecond=0) + timedelta(seconds=1)),
        in_store(external_source="", email="", total=None),
        in_store(total=OTHER_TOTAL),
        in_store(email=OTHER_EMAIL),
        in_store(currency_code="EUR", total=Decimal(17), email="ada@example.com"),
        in_store(SENT),
        in_store(SENT + timedelta(minutes=5)),
        in_store(None),
    ],
    ids=[
        "as it was sent",
        "dated to the second",
        "of a store that shows nothing but the date",
        "whose total somebody changed",
        "whose customer somebody changed",
        "in the store's currency",
        "dated when it was sent",
        "dated when it arrived",
        "without a date",
    ],
)
def test_order_as_it_was_sent_is_ours(order: StoreOrder) -> None:
    assert not is_another(HELD, order)


@pytest.mark.parametrize("created", [None, SENT])
def test_invisible_sign_that_was_not_sent_makes_no_other_customer(created: datetime | None) -> None:
    """A copied e-mail address is sent without the invisible signs that came along."""
    copied = replace(HELD, email_address="\u200eada@exam\u200bple.com\ufeff")
    assert not is_another(copied, in_store(created))


@pytest.mark.parametrize(
    "order",
    [
        in_store(external_source="POS (Square)"),
        in_store(total=OTHER_TOTAL, email=OTHER_EMAIL),
        in_store(COMPLETED + timedelta(minutes=2), total=OTHER_TOTAL),
        in_store(SENT, total=OTHER_TOTAL),
        in_store(SENT - timedelta(minutes=5), email=OTHER_EMAIL),
        in_store(None, email=OTHER_EMAIL),
        in_store(SENT - timedelta(hours=1)),
        in_store(SENT + timedelta(hours=1)),
    ],
    ids=[
        "from another system",
        "of another customer and another total, completed in the same minute",
        "dated minutes after ours completed, with another total",
        "dated when ours was sent, with another total",
        "from minutes before ours, of another customer",
        "without a date, of another customer",
        "older",
        "newer than ours can be",
    ],
)
def test_order_that_cannot_be_the_one_that_was_sent_is_another(order: StoreOrder) -> None:
    assert is_another(HELD, order)


def test_order_that_was_never_sent_is_another_if_it_is_dated_otherwise_and_differs() -> None:
    unsent = replace(HELD, sent_at=None)
    assert is_another(unsent, in_store(COMPLETED + timedelta(minutes=2), total=OTHER_TOTAL))
    assert not is_another(unsent, in_store(COMPLETED + timedelta(seconds=30), total=OTHER_TOTAL))
