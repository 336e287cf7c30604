"""`POST /graphql`: the GraphQL Storefront API, for scripts on the storefront's pages."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Depends, Request, Response

from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, sandbox_of
from include.sandbox.http.routes.storefront.hosting import only_where_hosted
from include.sandbox.refusals import Refusal

router = APIRouter(dependencies=[Depends(only_where_hosted)])


@router.post("/graphql")
async def query(request: Request) -> Response:
    """Answer a query that carries a storefront token; 401 otherwise."""
    sandbox = sandbox_of(request)
    try:
        sandbox.storefront_tokens.check(request.headers.get("Authorization", ""))
    except Refusal as refusal:
        return json_response(to_json({"errors": [{"message": refusal.title}]}), refusal.status)
    # imported here, since loading graphql-core would double the time that a store takes to start
    from include.sandbox.storefront.graph.answers import answer

    answered = await asyncio.to_thread(answer, sandbox, await request.body())
    response = json_response(to_json(answered.body), answered.status)
    if answered.complexity is not None:
        response.headers["x-bc-graphql-complexity"] = str(answered.complexity)
    return response
