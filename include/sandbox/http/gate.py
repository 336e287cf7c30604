"""Every request passes here: the log, faults and latency, and for the API also quota, token and scopes."""

from __future__ import annotations

import asyncio
from email.utils import format_datetime
from urllib.parse import unquote, urlencode

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from include.sandbox.faults.faults import BEFORE_WRITE
from include.sandbox.http.answers import (
    Answer,
    answer_instead,
    compressed,
    damaged,
    reset_connection,
    send_answer,
)
from include.sandbox.refusals import NO_ACCESS, Refusal
from include.sandbox.store.sandbox import RecordedRequest, Sandbox

NO_FILTERS = {"page", "limit", "sort", "direction", "include", "include_fields", "exclude_fields"}
SECRET = {"x-auth-token", "authorization", "cookie"}
HIDDEN = "(kept out of the log)"


class Gate:
    """ASGI middleware in front of the store's routes; lets the panel and `/_sandbox/…` through untouched."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._api = ApiDoor(app, sandbox)
        self._storefront = StorefrontDoor(app, sandbox)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == "/" or scope["path"].startswith("/_sandbox/"):
            await self._app(scope, receive, send)
        elif scope["path"].startswith("/stores/"):
            await self._api.answer(scope, receive, send)
        else:
            await self._storefront.answer(scope, receive, send)


class StorefrontDoor:
    """Requests of shoppers' browsers: no quota, and no token but GraphQL's own."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._sandbox = sandbox

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Log the request and answer it, or let a fault strike."""
        request = Request(scope, receive)
        body = await request.body()
        recorded = self._record(request, body)
        self._began(recorded)
        try:
            answer = await self._answer_or_fault(request, recorded, body)
            if answer is None:
                await reset_connection(scope, receive)
            else:
                recorded.status = answer.status
                answer.headers["Date"] = format_datetime(self._sandbox.orders.now(), usegmt=True)
                await send_answer(answer, scope, receive, send)
        finally:
            self._ended(recorded)

    def _path(self, path: str) -> str:
        """The path in the log, for faults and in errors."""
        return path

    def _began(self, recorded: RecordedRequest) -> None:
        self._sandbox.visit_began(recorded)

    def _ended(self, recorded: RecordedRequest) -> None:
        self._sandbox.visit_ended(recorded)

    def _headers(self) -> dict[str, str]:
        """What is added to every answer."""
        return {}

    def _check(self, request: Request, recorded: RecordedRequest) -> None:
        """Raises Refusal if the request may not pass."""

    def _record(self, request: Request, body: bytes) -> RecordedRequest:
        return RecordedRequest(
            method=request.method,
            path=self._path(request.url.path),
            query=request.url.query,
            headers={name: HIDDEN if name in SECRET else value for name, value in request.headers.items()},
            body=body if self._sandbox.settings.record_bodies else b"",
        )

    async def _answer_or_fault(
        self, request: Request, recorded: RecordedRequest, body: bytes
    ) -> Answer | None:
        """None if the connection must be reset."""
        target = f"{recorded.path}?{unquote(recorded.query)}" if recorded.query else recorded.path
        fault = self._sandbox.faults.strike(recorded.method, target, body)
        recorded.fault = fault.kind if fault else None
        if self._sandbox.settings.latency_seconds:
            await asyncio.sleep(self._sandbox.settings.latency_seconds)
        if fault and fault.kind in BEFORE_WRITE:
            return answer_instead(fault, recorded.path, self._headers())
        if fault and fault.kind == "ignored_filters":
            request = _without_filters(request, fault.filters)
        answer = await self._answer(request, recorded, body)
        answer.headers.update(self._headers())
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault and fault.kind == "drip":
            answer.pause_seconds = fault.seconds
        elif fault and fault.kind != "ignored_filters":
            return damaged(answer, fault, recorded.path)
        return compressed(answer, request.headers)

    async def _answer(self, request: Request, recorded: RecordedRequest, body: bytes) -> Answer:
        try:
            self._check(request, recorded)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body(recorded.path))
        return await _call(self._app, request.scope, body)


class ApiDoor(StorefrontDoor):
    """Requests to the Management API: they spend quota and need a token with the right scope."""

    def _path(self, path: str) -> str:
        _, _, _, *rest = path.split("/")
        return "/" + "/".join(rest)

    def _began(self, recorded: RecordedRequest) -> None:
        self._sandbox.request_began(recorded)

    def _ended(self, recorded: RecordedRequest) -> None:
        self._sandbox.request_ended(recorded)

    def _headers(self) -> dict[str, str]:
        return self._sandbox.quota.headers()

    def _check(self, request: Request, recorded: RecordedRequest) -> None:
        access = self._sandbox.access
        if not self._sandbox.quota.spend():
            raise Refusal(429, "You have exceeded the rate limit of this store.")
        token = request.headers.get("X-Auth-Token")
        if not access.accepts(token):
            raise Refusal(403, NO_ACCESS) if token in access.elsewhere else Refusal(401, "Unauthorized")
        if request.url.path.split("/")[2] != self._sandbox.store_hash:
            raise Refusal(403, NO_ACCESS)
        missing = access.missing_scope(recorded.method, recorded.path, token)
        if missing:
            raise Refusal(403, NO_ACCESS, {"scope": missing})


def _without_filters(request: Request, filters: tuple[str, ...]) -> Request:
    """The same request without these filters (none named: all) in its query."""
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name in NO_FILTERS or (filters and name not in filters)
    ]
    return Request({**request.scope, "query_string": urlencode(kept).encode()}, request.receive)


async def _call(app: ASGIApp, scope: Scope, body: bytes) -> Answer:
    """Call the routes and collect the whole answer."""
    answer = Answer(500, b"", {})
    chunks = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            chunks.append(message.get("body", b""))

    await app(scope, receive, send)
    answer.body = b"".join(chunks)
    answer.headers.pop("content-length", None)
    return answer
