"""The API's description: /api/openapi.json for programs, /api/docs for people."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render

router = APIRouter(prefix="/api", dependencies=[Depends(reader)], include_in_schema=False)


@router.get("/openapi.json")
def openapi(request: Request) -> dict[str, Any]:
    """Describe the API as OpenAPI 3.1."""
    return {**request.app.openapi(), "servers": [{"url": request.scope.get("root_path") or "/"}]}


@router.get("/docs")
def documentation(request: Request, user: User) -> HTMLResponse:
    """Show the description in Swagger UI."""
    return render(request, user, "documentation.html")
