"""Helpers that all routes share: the store of a request, its JSON body, and JSON answers."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import Request, Response

from include.sandbox.refusals import Refusal
from include.sandbox.store.sandbox import Sandbox


def sandbox_of(request: Request) -> Sandbox:
    """The store that the application serves."""
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox


def json_response(body: bytes, status: int = 200) -> Response:
    """A response of a body that is JSON already."""
    return Response(body, status, media_type="application/json")


async def read_json(request: Request) -> Any:
    """Raises Refusal 400 if the body is not JSON."""
    try:
        return msgspec.json.decode(await request.body())
    except msgspec.DecodeError as error:
        raise Refusal(400, "Input is invalid") from error
