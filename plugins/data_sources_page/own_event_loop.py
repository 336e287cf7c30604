"""Runs the page in an event loop and threads of its own, so that it cannot hold up Airflow's API.

Airflow mounts the page into its API server, where the synchronous routes of all applications share one pool
of threads. Forty requests that wait for a locked table or a slow store would take all of them, and Airflow's
own routes, which every running task depends on, would wait as well. In a loop of its own the page also has a
pool of its own: anyio keeps one for each event loop.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from anyio.to_thread import current_default_thread_limiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Result = TypeVar("Result")


class OwnEventLoop:
    """ASGI middleware: runs the application in another thread's event loop, with so many worker threads."""

    def __init__(self, app: ASGIApp, *, threads: int) -> None:
        self._app = app
        self._threads = threads
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the other loop; messages are received and sent in this one."""
        here = asyncio.get_running_loop()

        async def receive_here() -> Message:
            return await _run_in(here, _coroutine(receive))

        async def send_here(message: Message) -> None:
            await _run_in(here, _coroutine(send, message))

        await _run_in(self._started(), _coroutine(self._app, scope, receive_here, send_here))

    def _started(self) -> asyncio.AbstractEventLoop:
        """The loop; the first request starts it, because a server may fork after the app was created."""
        with self._starting:
            if self._loop is None:
                loop = asyncio.new_event_loop()
                threading.Thread(target=loop.run_forever, name="data sources page", daemon=True).start()
                asyncio.run_coroutine_threadsafe(_limit_threads(self._threads), loop).result()
                self._loop = loop
            return self._loop


async def _limit_threads(number: int) -> None:
    current_default_thread_limiter().total_tokens = number


async def _coroutine(function: Any, *arguments: Any) -> Any:
    return await function(*arguments)


async def _run_in(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Result]) -> Result:
    """The result of a coroutine that runs in another thread's loop; cancelled there if cancelled here."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, loop))
