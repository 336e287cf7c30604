"""Lets few requests work at once, a few more wait briefly for their turn, and refuses the rest with a 503.

Each working request has at most one thread and one connection to the CRM's database, so this bounds both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import anyio
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plugins.data_sources_page.errors import busy
from plugins.data_sources_page.hook_calls import is_hook_call

AT_ONCE = 6
WAITING = 24
LONGEST_WAIT_SECONDS = 3.0


class ConcurrencyLimit:
    """ASGI middleware. A request gives up its turn when its response begins: then its work is done."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turns = anyio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for a turn, or answer that the page is busy."""
        if scope["type"] != "http" or "/static/" in scope["path"] or is_hook_call(scope):
            await self._app(scope, receive, send)
            return
        if not await self._takes_turn():
            await busy(Request(scope))(scope, receive, send)
            return
        holds_turn = True

        def give_back() -> None:
            nonlocal holds_turn
            if holds_turn:
                holds_turn = False
                self._turns.release()

        async def send_and_give_back(message: Message) -> None:
            if message["type"] == "http.response.start":
                give_back()
            await send(message)

        try:
            await self._app(scope, receive, send_and_give_back)
        finally:
            give_back()

    async def _takes_turn(self) -> bool:
        if self._waiting >= WAITING:
            return False
        with self._counted(), anyio.move_on_after(LONGEST_WAIT_SECONDS):
            await self._turns.acquire()
            return True
        return False

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
