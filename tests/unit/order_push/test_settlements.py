"""What an answer means for an order, in words that leave nothing open."""

from __future__ import annotations

from datetime import datetime, timezone

from include.bigcommerce.errors import RequestRefused
from include.crm.order_ledger_rows import Claim
from include.order_push.settlements import not_looked_up

SENT = Claim(
    order_push_id=1,
    order_id=7,
    state="uncertain",
    sent_at=datetime(2026, 11, 29, tzinfo=timezone.utc),
    attempts=1,
    lookups=0,
    is_known_absent=False,
)


def test_look_up_that_is_refused_without_a_word_names_the_status() -> None:
    settlement = not_looked_up(SENT, RequestRefused("Refused.", status=410), 120)
    assert settlement.reason == (
        "It was sent, but no clear answer came, and looking it up in BigCommerce failed: it gave no reason "
        "(status 410)"
    )
