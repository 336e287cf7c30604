"""Tokens that the storefront's own pages use at GraphQL.

A page gets one by Handlebars. It lives between 24 and 48 hours ("Using auto-generated tokens in Stencil
themes" in BigCommerce's overview of the GraphQL Storefront API); the refusals are those of its article
"API status codes".
"""

from __future__ import annotations

import json
import secrets
import time
from base64 import urlsafe_b64encode
from typing import Any

from include.sandbox.refusals import Refusal

LIFETIME = 48 * 3600  # seconds
RENEWED_AFTER = 24 * 3600


class StorefrontTokens:
    """The tokens that were issued, each with the time at which it expires."""

    def __init__(self) -> None:
        self._expires_at: dict[str, float] = {}

    def current(self) -> str:
        """The newest token, or a new one if that is older than a day."""
        newest = next(reversed(self._expires_at), "")
        if self._expires_at.get(newest, 0) - time.time() < LIFETIME - RENEWED_AFTER:
            newest = _new_token()
            self._expires_at[newest] = time.time() + LIFETIME
        return newest

    def expire(self) -> None:
        """Expire every token that pages have, as when a page is open for days."""
        self._expires_at = dict.fromkeys(self._expires_at, 0.0)

    def check(self, authorization: str) -> None:
        """Raises Refusal 401 unless the header has a valid token."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Refusal(401, "GraphQL credentials were missing. No token was sent.")
        if token.count(".") != 2:
            raise Refusal(401, "GraphQL invalid credentials. String is not a JWT")
        if token not in self._expires_at:
            raise Refusal(401, "GraphQL invalid credentials. JWT signature is invalid")
        if self._expires_at[token] < time.time():
            raise Refusal(401, "GraphQL invalid credentials. JWT is expired")


def _new_token() -> str:
    """A JWT in form; its signature is random, since only this store checks it."""
    moment = int(time.time())
    header = {"typ": "JWT", "alg": "ES256"}
    claims = {
        "cid": [1],
        "eat": moment + LIFETIME,
        "iat": moment,
        "iss": "BC",
        "sub_type": 2,
        "token_type": 1,
    }
    return ".".join([_encoded(header), _encoded(claims), secrets.token_urlsafe(64)])


def _encoded(part: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
