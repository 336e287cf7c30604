"""A shopper's session, kept in a cookie as on a real store."""

from __future__ import annotations

import secrets

from fastapi import Request, Response

COOKIE = "SHOP_SESSION_TOKEN"


def session_of(request: Request) -> str:
    """The browser's session, or a new one."""
    return request.cookies.get(COOKIE) or secrets.token_hex(16)


def keep_session(response: Response, session: str) -> Response:
    """Have the browser send the session from now on."""
    response.set_cookie(COOKIE, session, httponly=True, samesite="lax")
    return response
