"""How an answer is sent: whole and compressed, damaged by a fault, or not at all."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from include.sandbox.encoding import to_json
from include.sandbox.faults.faults import Fault
from include.sandbox.refusals import Refusal

RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 seconds: close() sends RST instead of FIN
SMALLEST_COMPRESSED = 500  # bytes


@dataclass
class Answer:
    """A response; `sent` limits how much of its body is sent (None: all of it).

    With `pause_seconds` the body is sent one byte at a time, with this pause before each.
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    sent: int | None = None
    pause_seconds: float = 0.0


def answer_instead(fault: Fault, path: str, quota_headers: dict[str, str]) -> Answer | None:
    """The answer of a fault that strikes before the store acts; None if it resets the connection."""
    if fault.kind == "reset_before_write":
        return None
    if fault.kind == "status":
        answer = _error(fault.status or 500, path)
        if fault.answer is not None:
            answer.body = to_json(fault.answer)
        answer.headers.update(quota_headers)
        return answer
    if fault.kind == "throttled_without_headers":
        return Answer(429, b"", {})
    answer = _error(429, path)
    answer.headers.update(quota_headers)
    answer.headers["X-Rate-Limit-Requests-Left"] = "0"
    answer.headers["X-Rate-Limit-Time-Reset-Ms"] = str(round(fault.seconds * 1000))
    if fault.retry_after is not None:
        answer.headers["X-Retry-After"] = str(fault.retry_after)
    return answer


def damaged(answer: Answer, fault: Fault, path: str) -> Answer | None:
    """What a fault leaves of the store's answer; None if it resets the connection."""
    if fault.kind == "reset_after_write":
        return None
    if fault.kind == "status_after_write":
        return _error(fault.status or 500, path)
    if fault.kind == "html":
        page = b"<!DOCTYPE html><html><head><title>Sorry</title></head><body>Be right back.</body></html>"
        return Answer(fault.status or 200, page, {"Content-Type": "text/html; charset=UTF-8"})
    if fault.kind == "empty":
        return Answer(fault.status or 200, b"")
    half = len(answer.body) // 2
    if fault.kind == "cut_body":
        answer.body = answer.body[:half]
    else:
        answer.sent = half
    return answer


def _error(status: int, path: str) -> Answer:
    return Answer(status, Refusal(status, "The store cannot answer now.").body(path))


def compressed(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """Compress the answer if the client accepts it and the body is large enough."""
    if "gzip" in headers.get("accept-encoding", "") and len(answer.body) >= SMALLEST_COMPRESSED:
        answer.body = gzip.compress(answer.body, compresslevel=1, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
    return answer


async def reset_connection(scope: Scope, receive: Receive) -> None:
    """The client sees "connection reset by peer"."""
    transport = scope["state"]["transport"]
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    transport.abort()
    await receive()  # returns when the connection is gone


async def send_answer(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the answer, or the part of it that is sent before the connection closes."""
    headers = dict(answer.headers)
    if answer.status != 204:
        headers["Content-Length"] = str(len(answer.body))
    raw_headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    cut = answer.sent is not None
    await send({"type": "http.response.start", "status": answer.status, "headers": raw_headers})
    if answer.pause_seconds:
        await _drip(answer, receive, send)
        return
    await send({"type": "http.response.body", "body": answer.body[: answer.sent], "more_body": cut})
    if cut:
        scope["state"]["transport"].close()
        await receive()


async def _drip(answer: Answer, receive: Receive, send: Send) -> None:
    """Send byte by byte until the end, or until the client disconnects."""
    gone = asyncio.ensure_future(receive())
    for each in answer.body:
        done, _ = await asyncio.wait([gone], timeout=answer.pause_seconds)
        if done:
            return
        await send({"type": "http.response.body", "body": bytes([each]), "more_body": True})
    gone.cancel()
    await send({"type": "http.response.body", "body": b"", "more_body": False})
