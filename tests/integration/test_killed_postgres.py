"""Postgres is killed while orders and refunds are sent: none is lost, and none is sent twice.

The server commits without waiting for its disk, so a crash forgets what was committed last. Only that
something is about to leave is always on the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from types import ModuleType
from typing import Any

import psycopg
import pytest

import include.order_push.sending
import include.order_refunds.sending
from include.crm.migrate import migrate
from include.database_errors import DatabaseError
from tests.support.killable_postgres import KillablePostgres, Victim
from tests.support.ordering_store import OrderingStore
from tests.support.refunding_store import RefundingStore

TEMPLATE = "template_crm"
_numbers = count(1)


@pytest.fixture(scope="module")
def killable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KillablePostgres]:
    killable = KillablePostgres(tmp_path_factory.mktemp("killable"))
    killable.server.create_database(TEMPLATE)
    migrate(killable.server.url(TEMPLATE))
    yield killable
    killable.stop()


@pytest.fixture
def database(killable: KillablePostgres) -> str:
    name = f"crm_{next(_numbers)}"
    killable.server.create_database(name, TEMPLATE)
    with psycopg.connect(killable.server.url("postgres")) as server:
        server.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
    return name


@pytest.fixture
def crm_url(killable: KillablePostgres, database: str) -> str:
    """In place of the database of other tests."""
    return killable.server.url(database)


@pytest.fixture
def crm(killable: KillablePostgres, database: str) -> psycopg.Connection[Any]:
    return killable.connect(database)


@pytest.fixture(params=[("postmaster", "before"), ("backend", "after")], ids="-".join)
def victim_and_moment(request: pytest.FixtureRequest) -> tuple[Victim, str]:
    victim, moment = request.param
    return victim, moment


@pytest.fixture
def victim(victim_and_moment: tuple[Victim, str]) -> Victim:
    return victim_and_moment[0]


@pytest.fixture
def killing(
    victim_and_moment: tuple[Victim, str],
    killable: KillablePostgres,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[ModuleType, str, psycopg.Connection[Any]], None]:
    """Kills Postgres right before, or right after, a function writes to the store for the second time."""

    def killing(module: ModuleType, name: str, crm: psycopg.Connection[Any]) -> None:
        victim, moment = victim_and_moment
        write, calls = getattr(module, name), count(1)

        def with_a_kill(*arguments: Any, **named: Any) -> Any:
            is_hit = next(calls) == 2
            if is_hit and moment == "before":
                killable.kill(victim, crm)
            written = write(*arguments, **named)
            if is_hit and moment == "after":
                killable.kill(victim, crm)
            return written

        monkeypatch.setattr(module, name, with_a_kill)

    return killing


def test_orders_that_postgres_was_killed_under_are_sent_once(
    shop: Callable[..., OrderingStore],
    killable: KillablePostgres,
    database: str,
    victim: Victim,
    killing: Callable[..., None],
) -> None:
    store = shop()
    order_ids = [store.order(variant=number) for number in range(5)]
    killing(include.order_push.sending, "create_order", store.crm)
    with pytest.raises((DatabaseError, psycopg.Error)):
        store.push()
    killable.start_again(victim)
    store.crm = killable.connect(database)
    for _ in range(5):
        store.push()
        store.pass_time()
    assert store.in_store() == store.expected(order_ids)
    assert set(store.states().values()) == {"pushed"}


def test_refunds_that_postgres_was_killed_under_are_sent_once(
    refunding: Callable[..., RefundingStore],
    killable: KillablePostgres,
    database: str,
    victim: Victim,
    killing: Callable[..., None],
) -> None:
    store = refunding()
    refund_ids = [store.refund(store.pushed(variant=number), 1) for number in range(3)]
    killing(include.order_refunds.sending, "create_refund", store.shop.crm)
    with pytest.raises((DatabaseError, psycopg.Error)):
        store.follow()
    killable.start_again(victim)
    store.shop.crm = killable.connect(database)
    for _ in range(5):
        store.follow()
        store.pass_time()
    assert store.in_store() == dict.fromkeys(refund_ids, 1)
    assert {store.row(refund_id)["state"] for refund_id in refund_ids} == {"pushed"}
