"""When many single metafields fail alike, the items are not the cause."""

from __future__ import annotations

from include.bigcommerce.errors import RequestRefused, StoreUnavailable
from include.bigcommerce.metafield_failures import InARow

REFUSED = RequestRefused("refused", status=422)
IN_CONFLICT = RequestRefused("in conflict", status=409)
DOWN = StoreUnavailable("down", status=503)


def test_items_that_fail_alike_in_a_row_are_not_the_cause() -> None:
    in_a_row = InARow()
    assert [in_a_row.add(REFUSED) for _ in range(25)] == [False] * 24 + [True]
    assert in_a_row.is_long(REFUSED)


def test_an_outage_is_noticed_sooner_than_refusals() -> None:
    in_a_row = InARow()
    assert [in_a_row.add(DOWN) for _ in range(10)] == [False] * 9 + [True]


def test_items_that_fail_otherwise_begin_a_row_of_their_own() -> None:
    in_a_row = InARow()
    for _ in range(25):
        in_a_row.add(REFUSED)
    assert not in_a_row.is_long(IN_CONFLICT)
    assert not in_a_row.add(IN_CONFLICT)
    assert not in_a_row.is_long(REFUSED)


def test_an_item_that_was_written_ends_the_row() -> None:
    in_a_row = InARow()
    for _ in range(24):
        in_a_row.add(REFUSED)
    in_a_row.end()
    assert not in_a_row.add(REFUSED)
