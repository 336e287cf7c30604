"""A sandbox store on a port of this machine, in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from include.sandbox import (
    routes_catalogue,
    routes_custom_fields,
    routes_metafields,
    routes_orders,
    routes_panel,
    routes_steering,
    routes_store,
)
from include.sandbox.certificate import encryption
from include.sandbox.errors import Refusal
from include.sandbox.gate import Gate
from include.sandbox.responses import json_response
from include.sandbox.store import Sandbox

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only by HTTPS, for callers that trust the certificate
ROUTES = (
    routes_store,
    routes_catalogue,
    routes_metafields,
    routes_custom_fields,
    routes_orders,
    routes_panel,
    routes_steering,
)


def create_app(sandbox: Sandbox) -> Gate:
    """The store as an ASGI application."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.sandbox = sandbox
    for module in ROUTES:
        app.include_router(module.router)
    app.add_exception_handler(Refusal, _refuse)
    app.add_exception_handler(HTTPException, _refuse)
    return Gate(app, sandbox)


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


@contextmanager
def serve(
    sandbox: Sandbox, port: int = 0, *, host_name: str = "", certificate_file: Path | None = None
) -> Iterator[Sandbox]:
    """The store, reachable at `sandbox.base_url` (such as http://127.0.0.1:49152) until the block ends.

    Port 0 takes a free one. With a `host_name` other machines reach it as well, by HTTPS alone, and
    `certificate_file` is written for them to trust. Raises OSError where the port is busy.
    """
    context = encryption(host_name, certificate_file) if certificate_file else None
    with socket.create_server((EVERYWHERE if context else LOOPBACK, port)) as listener:
        address = f"https://{host_name}" if context else f"http://{LOOPBACK}"
        sandbox.base_url = f"{address}:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            create_app(sandbox),
            http=_Protocol,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
            ssl_context_factory=(lambda *_: context) if context else None,
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name=f"sandbox {sandbox.base_url}")
        thread.start()
        try:
            yield sandbox
        finally:
            server.should_exit = server.force_exit = True
            thread.join()
