"""Reads the body of a request, if it is small and arrives in time, before anything else happens.

FastAPI reads a body of any size, at any pace, before it looks at who sends it.
"""

from __future__ import annotations

import anyio
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plugins.data_sources_page.errors import answer
from plugins.data_sources_page.hook_calls import LARGEST_BYTES as LARGEST_HOOK_CALL
from plugins.data_sources_page.hook_calls import is_hook_call

LARGEST_BYTES = 1_000_000
LONGEST_SECONDS = 10.0
TOO_LARGE = "The request is too large: at most {} can be sent at once."
TOO_SLOW = "The request took too long to arrive. Try again."


class BodyLimit:
    """ASGI middleware: answers 413 to a body that is too large, and 408 to one that is too slow."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, and pass it on in one piece."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        largest, size = (LARGEST_HOOK_CALL, "64 KB") if is_hook_call(scope) else (LARGEST_BYTES, "1 MB")
        length = request.headers.get("Content-Length", "0")
        body = bytearray()
        if length.isascii() and length.isdecimal() and (len(length) > 18 or int(length) > largest):
            await answer(request, 413, TOO_LARGE.format(size))(scope, receive, send)
            return
        is_complete = False
        with anyio.move_on_after(LONGEST_SECONDS):
            while not is_complete:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return
                body += message.get("body", b"")
                if len(body) > largest:  # its length was not given, or was wrong
                    await answer(request, 413, TOO_LARGE.format(size))(scope, receive, send)
                    return
                is_complete = not message.get("more_body", False)
        if not is_complete:
            await answer(request, 408, TOO_SLOW)(scope, receive, send)
            return
        await self._app(scope, _replaying(bytes(body), receive), send)


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Receives the body once, and then whatever else comes."""
    is_new = True

    async def replay() -> Message:
        nonlocal is_new
        if is_new:
            is_new = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay
