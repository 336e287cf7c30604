"""What can go wrong with a store, grouped by what the caller must do.

    BigCommerceError
    ├── CredentialsError        fix the credentials (or the address of the Connection)
    │   ├── TokenRejected       401: the access token is wrong or was revoked
    │   └── ScopeMissing        403: the access token may not do this
    ├── RequestRefused          fix the data: any other 4xx
    ├── TryLater                wait and retry: the request was not carried out, or repeating it is safe
    │   ├── QuotaExhausted      429 for longer than the client's patience
    │   └── StoreUnavailable    5xx, no connection, no answer in time
    └── OutcomeUnknown          find out what happened: the request may have been carried out
        └── UnexpectedResponse  an answer that is not what the contract says

No message ever holds a token, a header or a response body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from include.errors import ActionableError, FixCredentials, FixData, Investigate, WaitAndRetry

_SHORTEST_BLOTTED = 3  # characters; shorter ones would take letters out of other words


class BigCommerceError(ActionableError):
    """`detail` is the store's own message, trimmed; `status` is None where no answer came."""

    def __init__(
        self, sentence: str, *, method: str = "", path: str = "", status: int | None = None, detail: str = ""
    ) -> None:
        super().__init__(sentence)
        self.method = method
        self.path = path
        self.status = status
        self.detail = detail

    def blot_out(self, texts: Iterable[str]) -> None:
        """Take personal texts (of three characters or more) out of the sentence and the store's message."""
        longest_first = sorted(
            {text for text in texts if len(text) >= _SHORTEST_BLOTTED}, key=len, reverse=True
        )
        if longest_first:
            pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
            self.args = tuple(pattern.sub("…", str(argument)) for argument in self.args)
            self.detail = pattern.sub("…", self.detail)


class CredentialsError(BigCommerceError, FixCredentials):
    """Nothing but new credentials, or a mended Connection, helps: retrying is useless."""


class TokenRejected(CredentialsError):
    """The store does not accept the access token (401)."""


class ScopeMissing(CredentialsError):
    """The access token lacks an OAuth scope (403), or the platform forbids the call to this store."""

    scope: str = ""


class RequestRefused(BigCommerceError, FixData):
    """The store refuses this very request (4xx): it will refuse it again."""


class TryLater(BigCommerceError, WaitAndRetry):
    """The client retried for as long as its patience lasts; later it may well work."""

    # the client has waited already
    retry_after = timedelta(minutes=2)


class QuotaExhausted(TryLater):
    """The store's API requests are used up, by us or by its other apps (429)."""


class StoreUnavailable(TryLater):
    """The store cannot be reached, or answers with errors of its own (5xx)."""


class OutcomeUnknown(BigCommerceError, Investigate):
    """The request may have been carried out; repeating it might do its work twice."""

    retry_after = timedelta(minutes=1)


class UnexpectedResponse(OutcomeUnknown):
    """The answer breaks the contract; the sentence says where, as a JSON path."""
