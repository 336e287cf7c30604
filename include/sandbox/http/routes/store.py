"""V2 store information and time (store_information.v2.yml)."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request, Response

from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, sandbox_of
from include.sandbox.store.information import information

router = APIRouter(prefix="/stores/{store_hash}/v2")


@router.get("/store")
async def get_store(request: Request) -> Response:
    """The store's name, currency, plan and default channel."""
    sandbox = sandbox_of(request)
    return json_response(to_json({**information(sandbox.store_hash), **sandbox.settings.information}))


@router.get("/time")
async def get_time() -> Response:
    """The store's clock, in seconds since 1970."""
    return json_response(to_json({"time": int(time.time())}))
