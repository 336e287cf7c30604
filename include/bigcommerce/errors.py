"""What can go wrong with a store, grouped by what the reader must do (include/errors.py).

    BigCommerceError
    ├── CredentialsError        FixCredentials: the token, or the address in the Connection
    │   ├── TokenRejected       401: the access token is wrong or was revoked
    │   ├── ScopeMissing        403: the access token lacks a scope
    │   ├── StoreNotAccessible  404, or 403 for everything: wrong store hash, another store's token
    │   └── OwnedByAnotherAccount  403: another API account created the custom field
    ├── RequestRefused          FixData: any other 4xx
    │   └── StoreInformationUnusable  what the store says about itself cannot be used
    ├── TryLater                WaitAndRetry: the request was not carried out, or is safe to repeat
    │   ├── QuotaExhausted      429 for longer than the client's patience
    │   ├── TokenReplaced       401 or 403 for a token that is no longer the store's
    │   ├── StoreUnavailable    5xx, no connection, no answer in time
    │   └── DeadlinePassed      it was not sent, because the caller's deadline had passed
    └── OutcomeUnknown          Investigate: the request may have been carried out
        └── UnexpectedResponse  an answer that does not match its contract

No message ever holds a token, a header or a response body.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from include.bigcommerce.redaction import redacted
from include.bigcommerce.store_problems import StoreProblem, Subject
from include.errors import ActionableError, FixCredentials, FixData, Investigate, WaitAndRetry

_Error = TypeVar("_Error", bound="BigCommerceError")


class BigCommerceError(ActionableError):
    """`detail` is the store's own message, cleaned and trimmed; `status` is None where no answer came."""

    def __init__(
        self,
        sentence: str,
        next_step: str = "",
        *,
        command_line_step: str = "",
        method: str = "",
        path: str = "",
        status: int | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(sentence, next_step, command_line_step=command_line_step)
        self.method = method
        self.path = path
        self.status = status
        self.detail = detail

    def explaining(self: _Error, error: BigCommerceError) -> _Error:
        """This error, with the request and the answer of the one that it explains."""
        self.method, self.path, self.status, self.detail = (
            error.method,
            error.path,
            error.status,
            error.detail,
        )
        return self

    def redact(self, texts: Iterable[str]) -> None:
        """Hide personal texts in the store's message, never in our own words."""
        hidden = redacted(self.detail, texts)
        if self.detail:
            self.args = (self.sentence.replace(self.detail, hidden), *self.args[1:])
        self.detail = hidden


class CredentialsError(BigCommerceError, FixCredentials):
    """The access token or the address in the store's Connection is wrong."""

    action = "new_token"


class TokenRejected(CredentialsError):
    """The store does not accept the access token (401)."""


class ScopeMissing(CredentialsError):
    """The access token lacks an OAuth scope (403), or the platform forbids the call to this store."""

    scope: str = ""

    @property
    def names_a_scope(self) -> bool:
        """Whether the store itself says so; otherwise it may be a limit of the platform, or a firewall."""
        return "scope" in self.detail.lower()


class StoreNotAccessible(CredentialsError):
    """There is no such store (404), or it refuses everything (403), e.g. another store's token."""


class OwnedByAnotherAccount(CredentialsError):
    """Another API account created the custom field, and only that account may change it (403)."""


class RequestRefused(BigCommerceError, FixData):
    """The store refuses this very request (4xx) and would refuse it again.

    `problems` are what BigCommerce names in the details of its answer, often nothing; `subject` is what its
    message is about.
    """

    default_next_step = "Retrying won't help until this is fixed."
    problems: tuple[StoreProblem, ...] = ()
    subject: Subject = ""

    def redact(self, texts: Iterable[str]) -> None:
        """As of any error; in the reasons of `problems`, too."""
        texts = list(texts)
        super().redact(texts)
        self.problems = tuple(replace(one, reason=redacted(one.reason, texts)) for one in self.problems)


class StoreInformationUnusable(RequestRefused):
    """The store's own settings cannot be used, such as a currency that does not exist."""

    default_next_step = "Correct it in the store's control panel."


class TryLater(BigCommerceError, WaitAndRetry):
    """It was tried for as long as the client's patience lasts; later it may well succeed."""

    # the client has waited already
    retry_after = timedelta(minutes=2)


class QuotaExhausted(TryLater):
    """The store's API requests are used up, by us or by its other apps (429)."""


class TokenReplaced(TryLater):
    """The access token was refused, and by then another one was saved."""

    retry_after = timedelta(seconds=10)
    retry_reason = "The next attempt uses the new access token."

    def __init__(self, store_hash: str) -> None:
        super().__init__(
            f"The access token of store {store_hash} was replaced meanwhile, and BigCommerce refused the old "
            "one."
        )


class StoreUnavailable(TryLater):
    """The store cannot be reached, or answers with errors of its own (5xx).

    `reached` is False if no connection was made, so that the request certainly had no effect.
    """

    reached: bool = True


class DeadlinePassed(TryLater):
    """The caller's deadline passed while the request waited for its turn; it was certainly not sent."""


class OutcomeUnknown(BigCommerceError, Investigate):
    """The request may have been carried out; repeating it might do its work twice."""

    default_next_step = "Look up in BigCommerce what happened before it is sent again."
    retry_after = timedelta(minutes=1)


class UnexpectedResponse(OutcomeUnknown):
    """The answer does not match BigCommerce's API contract; the sentence names the place as a JSON path."""
