"""A body that is too large or too slow is refused before anything else happens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from plugins.data_sources_page import body_limit
from plugins.data_sources_page.body_limit import BodyLimit


def test_body_over_a_megabyte_is_refused_to_everybody(visitor: Any) -> None:
    for role in ("op", None):
        answer = visitor(role).post("check", {"store_hash": "x" * 1_000_001})
        assert answer.status_code == 413
        assert "at most 1 MB" in answer.json()["detail"]


def test_body_of_unknown_length_is_refused_when_it_has_become_too_large(visitor: Any) -> None:
    def blocks() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 100_000

    answer = visitor("op").client.post("/data-sources/api/data-sources/check", content=blocks())
    assert answer.status_code == 413


def ask(messages: list[Message | None]) -> tuple[int | None, list[Message]]:
    """The status and what the application received; None among the messages is one that never comes."""
    received: list[Message] = []
    statuses: list[int] = []
    coming = iter(messages)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        received.append(await receive())

    async def receive() -> Message:
        message = next(coming)
        if message is None:
            await asyncio.Event().wait()
            raise AssertionError
        return message

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "POST", "path": "/api/x", "headers": [], "query_string": b""}
    asyncio.run(BodyLimit(app)(scope, receive, send))
    return (statuses[0] if statuses else None), received


def part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_body_arrives_in_one_piece() -> None:
    status, received = ask([part(b"ab", more=True), part(b"c", more=False)])
    assert (status, received) == (None, [part(b"abc", more=False)])


def test_body_that_stops_arriving_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limit, "LONGEST_SECONDS", 0.05)
    assert ask([part(b"ab", more=True), None]) == (408, [])


def test_request_that_was_given_up_reaches_nobody() -> None:
    assert ask([part(b"ab", more=True), {"type": "http.disconnect"}]) == (None, [])
