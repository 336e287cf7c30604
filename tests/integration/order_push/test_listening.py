"""The trigger that hears of completed orders: none is lost, many are one event, and it never ends."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.crm import order_ledger
from include.crm.data_sources import DataSource
from include.crm.migrate import migrate
from include.local.postgres import Postgres, running_postgres
from include.order_push.listening import NewOrders
from include.tasks import listening

# Within which an event must come; none within QUIET_SECONDS means that there is none.
PATIENCE_SECONDS, QUIET_SECONDS = 10.0, 0.6


class Trigger:
    """The trigger as it runs, and what it fires."""

    def __init__(self) -> None:
        self.fired: asyncio.Queue[object] = asyncio.Queue()

    async def listen(self) -> None:
        async for event in NewOrders().run():
            self.fired.put_nowait(event)

    async def fires(self) -> bool:
        """Whether it fires before long."""
        return await self._fires(PATIENCE_SECONDS)

    async def is_quiet(self) -> bool:
        """Whether it does not fire for a while."""
        return not await self._fires(QUIET_SECONDS)

    async def _fires(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self.fired.get(), seconds)
        except asyncio.TimeoutError:
            return False
        return True


@asynccontextmanager
async def running() -> AsyncIterator[Trigger]:
    trigger = Trigger()
    task = asyncio.create_task(trigger.listen())
    try:
        yield trigger
        assert not task.done(), "it never ends by itself"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """All its times, much shorter."""
    monkeypatch.setattr(listening, "COLLECT_SECONDS", 0.2)
    monkeypatch.setattr(listening, "LOOK_EVERY_SECONDS", 0.3)
    monkeypatch.setattr(listening, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(listening, "FIRST_PAUSE_SECONDS", 0.05)


@pytest.fixture
def tea(crm: psycopg.Connection[Any], crm_url: str, source: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A data source that sends orders, and the Connection to its database."""
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    found = source("tea")
    crm.commit()
    return found


@pytest.fixture
def place(crm: psycopg.Connection[Any], tea: DataSource, order: Any) -> Callable[..., None]:
    """The CRM commits orders of one transaction."""

    def place(number: int = 1, **columns: object) -> None:
        for _ in range(number):
            order(tea, **columns)
        crm.commit()

    return place


@pytest.fixture
def take(crm: psycopg.Connection[Any], tea: DataSource) -> Callable[[], None]:
    """A push takes the new orders."""

    def take() -> None:
        order_ledger.select_new(crm, tea.data_source_id)
        crm.commit()

    return take


def listeners(crm: psycopg.Connection[Any]) -> list[int]:
    """The server processes of the trigger's connections."""
    found = crm.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ).fetchall()
    crm.commit()
    return [pid for (pid,) in found]


async def connected(crm: psycopg.Connection[Any]) -> int:
    """Wait for the trigger's connection; its server process."""
    while not (found := listeners(crm)):
        await asyncio.sleep(0.02)
    return found[0]


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scene())


def test_orders_from_before_it_listened_fire_once_it_listens(place: Any, take: Any) -> None:
    async def scene() -> None:
        place()
        async with running() as trigger:
            assert await trigger.fires()
            take()
            assert await trigger.is_quiet() or await trigger.is_quiet()

    play(scene)


def test_two_hundred_orders_are_one_event(place: Any, take: Any, crm: psycopg.Connection[Any]) -> None:
    async def scene() -> None:
        async with running() as trigger:
            await connected(crm)
            assert await trigger.is_quiet()
            for _ in range(20):
                place(10)
            assert await trigger.fires()
            take()
            assert trigger.fired.empty()
            assert await trigger.is_quiet()

    play(scene)


def test_orders_of_a_paused_store_and_older_ones_do_not_fire(
    place: Any, crm: psycopg.Connection[Any]
) -> None:
    async def scene() -> None:
        crm.execute("UPDATE crm.data_source SET send_initial_orders_since = '2026-01-01'")
        place(completed_at="2026-02-01T00:00:00Z")
        async with running() as trigger:
            assert await trigger.is_quiet()
            crm.execute("UPDATE crm.data_source SET paused_at = now(), paused_by = 'Ann'")
            place()
            assert await trigger.is_quiet()

    play(scene)


def test_order_whose_notification_is_lost_fires_when_it_looks_again(
    place: Any, crm: psycopg.Connection[Any]
) -> None:
    async def scene() -> None:
        async with running() as trigger:
            assert await trigger.is_quiet()
            crm.execute("ALTER TABLE crm.customer_order DISABLE TRIGGER announce_inserted")
            place()
            assert await trigger.fires()

    play(scene)


def test_order_after_its_connection_was_killed_fires(place: Any, crm: psycopg.Connection[Any]) -> None:
    async def scene() -> None:
        async with running() as trigger:
            killed = await connected(crm)
            crm.execute("SELECT pg_terminate_backend(%s)", [killed])
            crm.commit()
            place()
            assert await trigger.fires()
            assert await connected(crm) != killed

    play(scene)


def test_connection_that_does_not_answer_is_replaced(
    place: Any, take: Any, crm: psycopg.Connection[Any]
) -> None:
    async def scene() -> None:
        async with running() as trigger:
            frozen = await connected(crm)
            assert await trigger.is_quiet()
            os.kill(frozen, signal.SIGSTOP)
            try:
                place()
                assert await trigger.fires()
            finally:
                os.kill(frozen, signal.SIGCONT)

    play(scene)


def test_look_that_keeps_failing_is_tried_ever_more_rarely_until_it_succeeds(
    place: Any, crm: psycopg.Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        crm.execute("ALTER VIEW crm.new_order RENAME TO not_migrated")
        crm.commit()
        async with running() as trigger:
            place()
            await asyncio.sleep(1.2)
            pauses = [record.args[1] for record in caplog.records if isinstance(record.args, tuple)]
            assert pauses[:4] == [0.05, 0.1, 0.2, 0.4]
            crm.execute("ALTER VIEW crm.not_migrated RENAME TO new_order")
            crm.commit()
            assert await trigger.fires()

    play(scene)


def test_order_after_the_database_was_restarted_fires(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def server(port: int = 0) -> AbstractContextManager[Postgres]:
        return running_postgres(
            tmp_path / "postgres", log=tmp_path / "log", preferred_port=port, durable=False
        )

    async def scene() -> None:
        with ExitStack() as stopping:
            postgres = stopping.enter_context(server())
            postgres.create_database("crm")
            migrate(postgres.url("crm"))
            monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", postgres.url("crm"))
            with psycopg.connect(postgres.url("crm")) as crm:
                crm.execute("INSERT INTO crm.campaign (name, currency_code) VALUES ('Tea', 'USD')")
                crm.execute(
                    "INSERT INTO crm.data_source (store_hash, store_name, campaign_id, send_initial_orders) "
                    "SELECT 'tea', 'Tea', campaign_id, true FROM crm.campaign"
                )
            async with running() as trigger:
                with psycopg.connect(postgres.url("crm")) as crm:
                    await connected(crm)
                stopping.close()
                await asyncio.sleep(0.2)
                with server(postgres.port), psycopg.connect(postgres.url("crm")) as crm:
                    crm.execute(
                        "INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, "
                        "currency_code, price, total_amount) "
                        "SELECT 1, campaign_id, 'NEW_SALE', 'COMPLETE', 'USD', 1, 1 FROM crm.campaign"
                    )
                    crm.commit()
                    assert await trigger.fires()

    play(scene)


def test_triggerer_can_make_it_again_from_names_alone() -> None:
    path, arguments = NewOrders().serialize()
    module, _, name = path.rpartition(".")
    assert getattr(importlib.import_module(module), name) is NewOrders
    assert arguments == {"connection_id": "crm_db", "channel": "crm_order_due"}
    assert NewOrders(**arguments).serialize() == (path, arguments)
