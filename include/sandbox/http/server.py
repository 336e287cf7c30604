"""Serves one or many sandbox stores on a port of this machine, in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from ssl import SSLContext
from threading import Thread
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from include.sandbox.http.certificate import encryption
from include.sandbox.http.gate import Gate
from include.sandbox.http.responses import json_response
from include.sandbox.http.routes import (
    catalogue,
    countries,
    custom_fields,
    metafields,
    orders,
    panel,
    panel_orders,
    refunds,
    scripts,
    shipments,
    steering,
    store,
    webhooks,
)
from include.sandbox.http.routes.storefront import cart_api, cart_page, checkout, graph_api, pages
from include.sandbox.refusals import NO_ACCESS, Refusal
from include.sandbox.store.sandbox import Sandbox

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only by HTTPS, for callers that trust the certificate
ROUTES = (
    store,
    countries,
    catalogue,
    metafields,
    custom_fields,
    orders,
    refunds,
    shipments,
    scripts,
    webhooks,
    panel,
    panel_orders,
    steering,
    cart_api,
    graph_api,
    cart_page,
    checkout,
    pages,
)


def create_app(sandbox: Sandbox) -> Gate:
    """The store as an ASGI application."""
    app = FastAPI(routes=_routes(), openapi_url=None, redirect_slashes=False)
    app.state.sandbox = sandbox
    app.add_exception_handler(Refusal, _refuse)
    app.add_exception_handler(HTTPException, _refuse)
    return Gate(app, sandbox)


@cache
def _routes() -> list[BaseRoute]:
    """The routes, which every store shares: making them takes FastAPI longer than most tests."""
    router = APIRouter()
    for module in ROUTES:
        router.include_router(module.router)
    return router.routes


async def _refuse(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):  # no such route, or not with this method
        error = Refusal(error.status_code, error.detail)
    assert isinstance(error, Refusal)
    return json_response(error.body(request.url.path), error.status)


class _Protocol(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """Tells the application its connection, so that the gate can cut it."""

    app_state: dict[str, Any]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class _Server(uvicorn.Server):
    """Ends at once on request; uvicorn's own checks ten times a second whether it should.

    That takes 0.2 s, and tests start more than a thousand stores.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._end_requested: Future[None] = Future()

    async def main_loop(self) -> None:
        await asyncio.wrap_future(self._end_requested)

    def end(self) -> None:
        """End, from any thread, even if it is still starting."""
        self.should_exit = self.force_exit = True
        self._end_requested.set_result(None)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything at once; requests that still run are cancelled with the event loop."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)


@contextmanager
def serve(
    sandbox: Sandbox, port: int = 0, *, host_name: str = "", certificate_file: Path | None = None
) -> Iterator[Sandbox]:
    """The store, reachable at `sandbox.base_url` (such as http://127.0.0.1:49152) until the block ends.

    Port 0 takes a free one. With a `host_name` other machines can reach it too, over HTTPS only, and
    `certificate_file` is written so that they can trust it. Raises OSError if the port is busy.
    """
    context = encryption(host_name, certificate_file) if certificate_file else None
    with _listening(create_app(sandbox), port, host_name, context) as sandbox.base_url:
        try:
            yield sandbox
        finally:
            sandbox.deliveries.stop()


@contextmanager
def serve_many(sandboxes: Sequence[Sandbox], port: int = 0) -> Iterator[str]:
    """Serve many stores at one address, distinguished by store hash as at BigCommerce; yields the address.

    Port 0 takes a free one. They have no panel and cannot be steered over HTTP, as a single store can.
    """
    stores: dict[str, ASGIApp] = {sandbox.store_hash: create_app(sandbox) for sandbox in sandboxes}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        store_hash = scope["path"].removeprefix("/stores/").partition("/")[0]
        await stores.get(store_hash, _no_store)(scope, receive, send)

    for sandbox in sandboxes:
        for other in sandboxes:
            sandbox.access.add_token_of_another_store(other.token)
    with _listening(app, port) as base_url:
        for sandbox in sandboxes:
            sandbox.base_url = base_url
        try:
            yield base_url
        finally:
            for sandbox in sandboxes:
                sandbox.deliveries.stop()


async def _no_store(scope: Scope, receive: Receive, send: Send) -> None:
    await json_response(Refusal(403, NO_ACCESS).body(scope["path"]), 403)(scope, receive, send)


@contextmanager
def _listening(
    app: ASGIApp, port: int, host_name: str = "", context: SSLContext | None = None
) -> Iterator[str]:
    """Serve an application in a thread until the block ends; its address."""
    with socket.create_server((EVERYWHERE if context else LOOPBACK, port)) as listener:
        address = f"https://{host_name}" if context else f"http://{LOOPBACK}"
        base_url = f"{address}:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            app,
            http=_Protocol,
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,  # the gate sends the date of the store's own clock
            timeout_graceful_shutdown=1,
            # as nginx; uvicorn's 5 s end just as a client goes on that waited for its quota
            timeout_keep_alive=75,
            ssl_context_factory=(lambda *_: context) if context else None,
        )
        server = _Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name=f"sandbox {base_url}")
        thread.start()
        try:
            yield base_url
        finally:
            server.end()
            thread.join()
