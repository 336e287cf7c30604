"""How the storefront makes a page: a template, and the scripts that belong on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

from include.sandbox.http.responses import sandbox_of
from include.sandbox.http.routes.storefront.graph_api import prepare
from include.sandbox.http.routes.storefront.sessions import keep_session, session_of
from include.sandbox.storefront.placement import PageKind, markup
from include.sandbox.storefront.scripts import Location

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True
)
_templates.filters["money"] = "{:,.2f}".format


def page(
    request: Request, template: str, *, kind: PageKind = "storefront", status: int = 200, **values: Any
) -> Response:
    """The page for this session, with the store's currency, its cart and its scripts."""
    prepare()
    sandbox, session = sandbox_of(request), session_of(request)
    settings = sandbox.settings

    def scripts(location: Location) -> str:
        shown = sandbox.placement.shown(
            kind,
            location,
            cookie_banner=settings.cookie_banner,
            cached_seconds=settings.scripts_cached_seconds,
        )
        token = sandbox.storefront_tokens.current if settings.renders_handlebars else None
        return "\n".join(markup(script, token) for script in shown)

    html = _templates.get_template(template).render(
        cart=sandbox.carts.of(session),
        currency=settings.currencies[0],
        head_scripts=scripts("head"),
        footer_scripts=scripts("footer"),
        loads_pages=settings.loads_pages or kind != "storefront",
        **values,
    )
    return keep_session(HTMLResponse(html, status), session)
