"""Changed orders are listed in one request where one page proves that it is complete."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from include.bigcommerce.order_changes import changes_since
from include.sandbox import Sandbox
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, OpenSandbox

NOON = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)
LONG_AGO = timedelta(hours=-1)


def placed(sandbox: Sandbox, *ages: timedelta) -> list[int]:
    """Orders that changed at these times by the store's clock, which is then NOON; their ids."""
    ids = []
    real = datetime.now(timezone.utc)
    for age in ages:
        sandbox.orders.clock_is_ahead = NOON + age - real
        ids.append(sandbox.orders.add_foreign().id)
    sandbox.orders.clock_is_ahead = NOON - real
    return ids


def listed(client: Any, since: datetime, known: datetime | None) -> set[int]:
    return {order.id for page in changes_since(client, since, known).pages for order in page}


def test_one_request_is_enough_where_nothing_changed(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox()
    [old] = placed(sandbox, 2 * LONG_AGO)
    changes = changes_since(connect(sandbox), NOON + LONG_AGO, NOON + 2 * LONG_AGO)
    assert {order.id for page in changes.pages for order in page} <= {old}
    assert len(sandbox.requests) == 1
    assert changes.store_time is not None
    assert abs(changes.store_time - NOON) < timedelta(minutes=1)


def test_one_request_is_enough_where_the_page_reaches_back_to_a_known_change(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox()
    ids = placed(sandbox, 2 * LONG_AGO, *[timedelta(minutes=-minute) for minute in range(30)])
    assert listed(connect(sandbox), NOON + LONG_AGO, NOON + 2 * LONG_AGO) == set(ids)
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize("page_cap", [1, 3, 250])
@pytest.mark.parametrize("known", [None, NOON + 2 * LONG_AGO])
def test_page_that_may_be_cut_off_is_followed_by_a_list_of_all_changes(
    page_cap: int, known: datetime | None, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    """The known order changed meanwhile, or none is known: a short page proves nothing."""
    sandbox = open_sandbox()
    sandbox.settings.page_cap = page_cap
    ids = placed(sandbox, *[timedelta(minutes=-minute) for minute in range(7)])
    assert listed(connect(sandbox), NOON + LONG_AGO, known) == set(ids)


def test_no_order_is_missed_that_moves_while_the_orders_are_listed(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox()
    sandbox.settings.page_cap = 2
    ids = placed(sandbox, *[timedelta(minutes=-minute) for minute in range(9)])
    for page in range(1, 7):
        sandbox.after_orders_page(page, lambda orders, page=page: orders.change(ids[page], status_id=2))
    assert listed(connect(sandbox), NOON + LONG_AGO, None) == set(ids)


@pytest.mark.parametrize(
    "page",
    [
        [{"id": 1, "date_modified": "Sat, 28 Nov 2026 10:00:00 +0000"}, {"id": 2, "date_modified": "soon"}],
        [{"id": 1, "date_modified": "Sat, 28 Nov 2026 10:00:00 +0000"}, {"id": 0}],
        [
            {"id": 1, "date_modified": "Sat, 28 Nov 2026 10:00:00 +0000"},
            {"id": 2, "date_modified": "Sat, 28 Nov 2026 11:59:00 +0000"},
            {"id": 3, "date_modified": "Sat, 28 Nov 2026 10:00:00 +0000"},
        ],
    ],
)
def test_page_whose_order_or_dates_cannot_be_relied_on_proves_nothing(
    page: list[dict[str, Any]], connect: Connect, dictate: Dictate
) -> None:
    store = dictate(Answer(body=page), Answer(body=[{"id": 1}, {"id": 4}]), Answer(204, b""))
    assert listed(connect(store), NOON + LONG_AGO, NOON + 2 * LONG_AGO) == {1, 4}
    assert [received.target.count("sort=id") for received in store.received] == [0, 1, 1]


def test_page_that_ends_a_second_after_the_last_look_does_not_prove_that_it_is_complete(
    connect: Connect, dictate: Dictate
) -> None:
    page = [{"id": 1, "date_modified": "Sat, 28 Nov 2026 11:00:01 +0000"}]
    store = dictate(Answer(body=page), Answer(body=[{"id": 1}, {"id": 4}]), Answer(204, b""))
    assert listed(connect(store), NOON + LONG_AGO, NOON + 2 * LONG_AGO) == {1, 4}
