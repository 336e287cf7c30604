"""The token and its scopes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

# The scope that a path needs: https://developer.bigcommerce.com/docs/start/authentication/api-accounts#oauth-scopes
SCOPES = {
    "/v3/catalog/": "store_v2_products",
    "/v3/content/": "store_v2_content",
    "/v2/store": "store_v2_information",
    "/v2/time": "store_v2_information",
    "/v2/countries": "store_v2_information",
    "/v2/order": "store_v2_orders",  # orders and order statuses
    "/v3/orders/": "store_v2_orders",  # refunds
}
CHECKOUT_CONTENT = "store_content_checkout"  # besides, for scripts on checkout pages (scripts.v3.yml)
DEFAULT_SCOPES = (
    "store_v2_products",
    "store_v2_orders",
    "store_v2_information_read_only",
    "store_v2_content",
    CHECKOUT_CONTENT,
)


class Access:
    """What one API account may do. A token's scopes are fixed in BigCommerce; here tests may change them."""

    def __init__(self, token: str | None, scopes: Iterable[str] = DEFAULT_SCOPES) -> None:
        self.token = token or secrets.token_hex(16)
        self.scopes = set(scopes)
        self.elsewhere: set[str] = set()
        self._limited: dict[str, set[str]] = {}
        self._revoked = False

    def add_token_of_another_store(self, token: str) -> None:
        """This token is valid, but for another store."""
        self.elsewhere.add(token)

    def add_limited_token(self, token: str, scopes: Iterable[str]) -> None:
        """This token is valid as well, and has these scopes."""
        self._limited[token] = set(scopes)

    def accepts(self, token: str | None) -> bool:
        """Whether this token is valid."""
        return token in self._limited or (not self._revoked and token == self.token)

    def missing_scope(self, method: str, path: str, token: str | None = None) -> str | None:
        """The scope that a request needs and the token lacks; None if the request is allowed."""
        scopes = self.scopes_of(token)
        needed = next((scope for prefix, scope in SCOPES.items() if path.startswith(prefix)), None)
        if needed is None or needed in scopes:
            return None
        read_only = f"{needed}_read_only"
        if method == "GET":
            return None if read_only in scopes else read_only
        return needed

    def scopes_of(self, token: str | None) -> set[str]:
        """The scopes of a valid token."""
        return self._limited.get(token or "", self.scopes)

    def revoke_token(self) -> None:
        """Answer every request with 401 from now on."""
        self._revoked = True

    def renew_token(self, token: str | None = None) -> str:
        """Issue a new token (or this one); the old one is refused."""
        self.token = token or secrets.token_hex(16)
        self._revoked = False
        return self.token

    def drop_scope(self, scope: str) -> None:
        """Remove a scope and its read-only form; raises KeyError if the token has neither."""
        forms = {scope, f"{scope}_read_only"} & self.scopes
        if not forms:
            raise KeyError(scope)
        self.scopes -= forms

    def grant_scope(self, scope: str) -> None:
        """Add a scope to the token."""
        self.scopes.add(scope)
