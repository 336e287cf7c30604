"""`POST /graphql`: the GraphQL Storefront API, for scripts on the storefront's pages."""

from __future__ import annotations

import asyncio
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request, Response

from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, sandbox_of
from include.sandbox.http.routes.storefront.hosting import only_where_hosted
from include.sandbox.refusals import Refusal
from include.sandbox.store.sandbox import Sandbox

if TYPE_CHECKING:
    from include.sandbox.storefront.graph.answers import Answer

router = APIRouter(dependencies=[Depends(only_where_hosted)])


@router.post("/graphql")
async def query(request: Request) -> Response:
    """Answer a query that carries a storefront token; 401 otherwise."""
    sandbox = sandbox_of(request)
    try:
        sandbox.storefront_tokens.check(request.headers.get("Authorization", ""))
    except Refusal as refusal:
        return json_response(to_json({"errors": [{"message": refusal.title}]}), refusal.status)
    answered = await asyncio.to_thread(_answer, sandbox, await request.body())
    response = json_response(to_json(answered.body), answered.status)
    if answered.complexity is not None:
        response.headers["x-bc-graphql-complexity"] = str(answered.complexity)
    return response


def _answer(sandbox: Sandbox, body: bytes) -> Answer:
    # slow to load, and most stores never need it
    from include.sandbox.storefront.graph.answers import answer
    from include.sandbox.storefront.graph.nodes import ShownStore

    store = ShownStore(sandbox.store_hash, sandbox.catalogue, sandbox.settings.currencies[0])
    return answer(store, body)


@cache
def prepare() -> None:
    """Load GraphQL in the background, once a page is shown whose scripts may need it."""

    def load() -> None:
        from include.sandbox.storefront.graph.answers import schema

        schema()

    Thread(target=load, name="GraphQL loads").start()
