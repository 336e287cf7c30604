"""A refusal in BigCommerce's shape: an object in V3, an array in V2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.sandbox.encoding import to_json

# For a missing scope, and equally for a wrong store hash and for another store's token (public reports).
NO_ACCESS = "You don't have a required scope to access the endpoint"
STATUS_CODES_PAGE = "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes"


class Refusal(Exception):
    """The store answers a request with a 4xx.

    `errors` is for V3 and maps a field or an index to a message; `details` is for V2.
    """

    def __init__(
        self,
        status: int,
        title: str,
        errors: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.errors = dict(errors or {})
        self.details = dict(details or {})

    def v3(self) -> dict[str, object]:
        """The error object of V3."""
        return {
            "status": self.status,
            "title": self.title,
            "type": STATUS_CODES_PAGE,
            "detail": self.title,
            "errors": self.errors,
        }

    def body(self, path: str) -> bytes:
        """The JSON body for a request to this path of V2 or V3."""
        if "/v2/" in path:
            details = {"details": self.details} if self.details else {}
            return to_json([{"status": self.status, "message": self.title, **details}])
        return to_json(self.v3())


def not_found(what: str) -> Refusal:
    """404: `what` is not in the store."""
    return Refusal(404, f"The {what} was not found.")


def invalid(field: str, reason: str) -> Refusal:
    """400 of V2: the value of this field is invalid."""
    return Refusal(400, f"The field '{field}' is invalid.", details={"invalid_reason": reason})
