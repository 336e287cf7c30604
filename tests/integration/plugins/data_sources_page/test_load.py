"""Nothing that happens on the page holds up Airflow's API, which serves it from the same process."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import psycopg
import pytest

from plugins.data_sources_page.exports import BLOCK_SECONDS, SENT_AT_ONCE

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
USUAL_SECONDS = 0.5
# A machine that is busy with other tests pauses now and then; an API that waits for the page takes longer.
SLOWEST_SECONDS = 2.0
NOBODY_WAITS_LONGER_SECONDS = 30.0
PAGE = "/data-sources"
Result = TypeVar("Result")


@pytest.fixture
def people(api: str, visitor: Callable[..., Any]) -> Callable[..., httpx.AsyncClient]:
    """Clients of people with a role."""
    return lambda role: httpx.AsyncClient(
        base_url=api,
        headers={**dict(visitor(role).client.headers), "X-Requested-With": "page"},
        timeout=NOBODY_WAITS_LONGER_SECONDS,
        limits=httpx.Limits(max_connections=None),
    )


@pytest.fixture
def shop(crm: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A data source with an export of a few megabytes."""
    crm.execute("INSERT INTO crm.campaign (name, currency_code) VALUES ('Tea', 'EUR')")
    crm.execute(
        "INSERT INTO crm.data_source (store_hash, store_name, campaign_id) VALUES ('tea', 'Tea Shop', 1)"
    )
    crm.execute(
        "INSERT INTO crm.campaign_product (campaign_id, bigcommerce_product_id, name, sku, is_visible, "
        "content_hash) VALUES (1, 77, 'Tea', 'T', true, '')"
    )
    crm.execute(
        "INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name, "
        "options, price, purchasing_disabled, content_hash) SELECT 1, place, 'T-' || place, "
        "repeat('tea ', 250), '[]', 12.5, false, '' FROM generate_series(1, 6000) place"
    )
    crm.commit()
    return crm


async def undisturbed(client: httpx.AsyncClient, busy: Awaitable[Result]) -> Result:
    """What something gives that goes on while Airflow's API has to answer as usual."""
    going_on, times = asyncio.ensure_future(busy), []
    await asyncio.sleep(0.2)
    while not going_on.done():
        began = time.monotonic()
        answer = await client.get("/api/v2/version")
        assert answer.status_code == 200
        times.append(time.monotonic() - began)
        await asyncio.sleep(0.05)
    times.sort()
    assert times[9 * len(times) // 10] < USUAL_SECONDS
    assert times[-1] < SLOWEST_SECONDS
    return going_on.result()


async def many(number: int, ask: Callable[[], Awaitable[httpx.Response]]) -> list[httpx.Response]:
    """The answers to so many requests at once."""
    return list(await asyncio.gather(*(ask() for _ in range(number))))


def test_locked_table_or_silent_database_leaves_airflow_alone(
    crm_url: str,
    shop: psycopg.Connection[Any],
    people: Callable[..., httpx.AsyncClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def visit() -> None:
        async with people("viewer") as client:
            began = time.monotonic()
            answers = await undisturbed(client, many(45, lambda: client.get(f"{PAGE}/tea/card")))
            assert time.monotonic() - began < 12
            assert {answer.status_code for answer in answers} == {503}
            assert all(answer.headers["Retry-After"] == "5" for answer in answers)
            assert any("The page is busy." in answer.text for answer in answers)
            assert any("The database is unavailable." in answer.text for answer in answers)

    with psycopg.connect(crm_url) as locking:
        locking.execute("LOCK TABLE crm.data_source")
        asyncio.run(visit())
    with silent_server() as port:
        monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", f"postgres://crm@127.0.0.1:{port}/crm")
        asyncio.run(visit())


def test_dripping_store_leaves_airflow_and_the_page_alone(
    shop: psycopg.Connection[Any], people: Callable[..., httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.connections.store.SECONDS_FOR_A_PERSON", 6.0)

    async def visit(port: int) -> None:
        settings = {"store_hash": "tea", "access_token": "t" * 31, "base_url": f"http://127.0.0.1:{port}"}

        async def test_access() -> httpx.Response:
            return await client.post(f"{PAGE}/api/data-sources/test", json=settings)

        async def look() -> list[httpx.Response]:
            tests = asyncio.ensure_future(many(45, test_access))
            await asyncio.sleep(0.5)
            while (await client.get(f"{PAGE}/tea")).status_code != 200:  # until the others are refused
                await asyncio.sleep(0.1)
            assert not tests.done()
            return await tests

        async with people("op") as client:
            began = time.monotonic()
            answers = await undisturbed(client, look())
            assert time.monotonic() - began < 25
            assert all(answer.status_code >= 400 for answer in answers)
            assert any("no answer arrived in time" in answer.text for answer in answers)
            assert any("are being contacted" in answer.text for answer in answers)

    with silent_server(drip=b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n") as port:
        asyncio.run(visit(port))


def test_slow_readers_of_an_export_hold_no_connection_and_are_few(
    shop: psycopg.Connection[Any], people: Callable[..., httpx.AsyncClient], api: str
) -> None:
    async def visit() -> None:
        async with people("viewer") as client:
            path = f"{PAGE}/api/data-sources/tea/products.csv"
            whole = await client.get(path)
            assert len(whole.content) > 6_000_000
            readers: list[socket.socket] = []

            async def read_slowly(after_seconds: float = 0) -> bytes:
                await asyncio.sleep(after_seconds)
                readers.append(await slow_reader(api, path, client.headers["Authorization"]))
                return await first_line(readers[-1])

            async def no_connection_is_held() -> bool:
                shop.rollback()
                held = shop.execute(
                    "SELECT count(*) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                ).fetchone()
                return held == (0,)

            async def can_export() -> bool:
                return (await client.get(path)).status_code == 200

            try:
                begun = [await read_slowly() for _ in range(SENT_AT_ONCE)]
                assert all(b" 200 " in line for line in begun)
                refused = await client.get(path)
                assert refused.status_code == 503
                assert "Too many exports" in refused.text
                later = range(200 - SENT_AT_ONCE)
                burst = asyncio.gather(*(read_slowly(number / 100) for number in later))
                lines = await undisturbed(client, burst)
                assert all(b" 503 " in line for line in lines)
                assert (await client.get(f"{PAGE}/tea")).status_code == 200
                # a page gives its connection back after it is sent, a reader would only when it is cut off
                await until(no_connection_is_held, BLOCK_SECONDS / 3)
            finally:
                for reader in readers:
                    reader.close()
            await until(can_export, NOBODY_WAITS_LONGER_SECONDS)  # the places of readers that left are free

    asyncio.run(visit())


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Wait until it is true; fails after so many seconds."""
    give_up_at = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < give_up_at, f"not true after {seconds:.0f} s"
        await asyncio.sleep(0.1)


async def slow_reader(api: str, path: str, authorization: str) -> socket.socket:
    """Somebody who asks for a file and reads nothing of it."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(reader, ("127.0.0.1", int(api.rpartition(":")[2])))
    request = f"GET {path} HTTP/1.1\r\nHost: testserver\r\nAuthorization: {authorization}\r\n\r\n"
    await loop.sock_sendall(reader, request.encode())
    return reader


async def first_line(reader: socket.socket) -> bytes:
    """The status line that a reader got."""
    received = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(reader, 200), 10)
    return received.partition(b"\r\n")[0]


@contextmanager
def silent_server(drip: bytes = b"") -> Iterator[int]:
    """The port of a server that accepts connections and never answers, or only a byte a second."""
    ended = threading.Event()
    connections: list[socket.socket] = []

    def answer(connection: socket.socket) -> None:
        for byte in drip:
            if ended.wait(0.2):
                return
            try:
                connection.send(bytes([byte]))
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0), backlog=200) as server:

        def accept() -> None:
            while not ended.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                connections.append(connection)
                threading.Thread(target=answer, args=[connection], daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        ended.set()
        server.shutdown(socket.SHUT_RDWR)
    for connection in connections:
        connection.close()
