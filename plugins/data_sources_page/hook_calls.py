"""Receives the calls of BigCommerce's webhooks at POST /hooks/{store_hash}, without a login.

A call is authenticated by a secret in a header (include/store_hooks/secret.py). Anybody on the internet can
send calls, so they get neither a turn of the page (concurrency_limit.py) nor its threads: two threads of
their own, each with a connection that it keeps, and a short queue. What finds no place in it, or is not kept
in time, gets a 503, and BigCommerce repeats the call after a minute.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.types import Scope

from include.connections.crm import open_crm
from include.connections.lookup import ConnectionMissing, ConnectionUnavailable
from include.crm.database import Connection, explained_errors
from include.crm.session import broken_after
from include.database_errors import DatabaseError
from include.store_hooks.receiving import Outcome, receive
from include.store_hooks.secret import HEADER

PREFIX = "/hooks/"
LARGEST_BYTES = 64 * 1024
AT_ONCE = 2
WAITING = 50
LONGEST_SECONDS = 2.0
CONNECT_SECONDS = 2
STATEMENT_SECONDS = 1
KEPT_SECONDS = 60.0  # for which a connection is used
RETRY_SECONDS = 60

STATUSES: dict[Outcome, int] = {
    "kept": 200,
    "known": 200,
    "not needed": 200,
    "refused": 403,
    # of a kind that we do not know: repeats would not help, and after two days of them BigCommerce would
    # deactivate the webhook
    "unreadable": 200,
}

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)


@router.post(PREFIX + "{store_hash}")
async def receive_call(store_hash: str, request: Request) -> Response:
    """Keep the hint of one call: 200, also if nothing is to be kept; 403, or 503."""
    secret, body = request.headers.get(HEADER, ""), await request.body()
    outcome = await _queue.take(store_hash, secret, body)
    if outcome is None:
        headers = {"Retry-After": str(RETRY_SECONDS)}
        return JSONResponse({"result": "not kept"}, 503, headers)
    return JSONResponse({"result": outcome}, STATUSES[outcome])


def is_hook_call(scope: Scope) -> bool:
    """Whether a request is a call of a webhook."""
    path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
    return scope["method"] == "POST" and path.startswith(PREFIX)


class CallQueue:
    """Calls on their way to the threads that keep them: a few at once, the others wait in a short queue."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks")
        self._in_hand = 0
        self._counting = threading.Lock()
        self._own = threading.local()

    async def take(self, store_hash: str, secret: str, body: bytes) -> Outcome | None:
        """Pass a call to a thread; what became of it, or None if no thread could take it now."""
        with self._counting:
            if self._in_hand >= AT_ONCE + WAITING:
                return None
            self._in_hand += 1
        future = self._threads.submit(self._keep, store_hash, secret, body)
        future.add_done_callback(self._put_down)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), LONGEST_SECONDS)
        except asyncio.TimeoutError:
            return None

    def _put_down(self, _future: object) -> None:
        with self._counting:
            self._in_hand -= 1

    def _keep(self, store_hash: str, secret: str, body: bytes) -> Outcome | None:
        """Keep the hint, in one of the threads; once more with a new connection if the kept one has ended."""
        for _ in range(2):
            is_kept = self._is_kept()
            try:
                crm = self._connection()
                with explained_errors(), broken_after(crm, LONGEST_SECONDS):
                    return receive(crm, store_hash, secret, body)
            except (DatabaseError, ConnectionMissing, ConnectionUnavailable) as error:
                self._close()
                if not is_kept:
                    log.warning("A call of a webhook could not be kept: %s", error)
                    return None
            except BaseException:
                self._close()
                raise
        return None

    def _is_kept(self) -> bool:
        opened_at: float | None = getattr(self._own, "opened_at", None)
        return opened_at is not None and time.monotonic() - opened_at < KEPT_SECONDS

    def _connection(self) -> Connection:
        """The thread's connection, which is renewed after a minute."""
        if not self._is_kept():
            self._close()
            with ExitStack() as opening:
                self._own.crm = opening.enter_context(
                    open_crm(connect_timeout=CONNECT_SECONDS, statement_timeout=STATEMENT_SECONDS)
                )
                self._own.closing = opening.pop_all()
            self._own.opened_at = time.monotonic()
        crm: Connection = self._own.crm
        return crm

    def _close(self) -> None:
        closing: ExitStack | None = getattr(self._own, "closing", None)
        self._own.closing = self._own.opened_at = None
        if closing:
            closing.close()


_queue = CallQueue()
