"""Turns an answer that is not a success into its error, with the store's own message and the next step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import requests

from include.bigcommerce import store_messages
from include.bigcommerce.errors import (
    BigCommerceError,
    CredentialsError,
    DeadlinePassed,
    OutcomeUnknown,
    QuotaExhausted,
    RequestRefused,
    ScopeMissing,
    StoreNotAccessible,
    StoreUnavailable,
    TokenRejected,
    UnexpectedResponse,
)
from include.bigcommerce.store_problems import read_problems, subject_of

# Names of the scopes in the control panel, where people make API accounts
# (developer.bigcommerce.com/docs/start/authentication/api-accounts#oauth-scopes).
_SCOPES_IN_CONTROL_PANEL = {
    "store_v2_products": "Products: modify",
    "store_v2_orders": "Orders: modify",
    "store_v2_information_read_only": "Information & Settings: read-only",
    "store_v2_content": "Content: modify",
    "store_content_checkout": "Checkout content: modify",
}
# Request Timeout, and nginx's for a client that left.
_TIME_IS_UP = {408, 499}
# Redirects of a request that was not carried out. 303 may follow one that was.
_ELSEWHERE = {301, 302, 307, 308}
# Payment Required, Locked, Unavailable For Legal Reasons.
_STORE_IS_CLOSED = {402, 423, 451}
_OPEN_CONTROL_PANEL = (
    "The store may be closed or suspended, or its trial may have ended: open its control panel. Orders wait "
    "until the store accepts requests again."
)
_Error = TypeVar("_Error", bound=BigCommerceError)
_NEW_ACCOUNT = "Create a new API account in the store's control panel (Settings > Store-level API accounts)"


@dataclass
class Call:
    """One call of the client, as errors and logs name it; `attempts` is how often it was sent so far."""

    method: str
    path: str
    store_hash: str
    scope: str
    safe_to_repeat: bool
    attempts: int = 0

    def __str__(self) -> str:
        return f"{self.method} {self.path} of store {self.store_hash}"

    @property
    def so_far(self) -> str:
        return f" (attempt {self.attempts})" if self.attempts > 1 else ""


def refusal(call: Call, response: requests.Response) -> BigCommerceError:
    """The error for an answer that is not 2xx."""
    status = response.status_code
    answer = store_messages.decoded(response)
    detail = store_messages.message(answer, response)
    said = f"{status}: {detail}" if detail else f"{status}"
    error: BigCommerceError
    if status == 401:
        error = TokenRejected(
            f"BigCommerce rejected the access token of store {call.store_hash} ({said}).",
            f"{_NEW_ACCOUNT}, then enter its access token in the settings of the data source.",
        )
    elif status == 403:
        error = _forbidden(call, said)
    elif status == 429:
        return quota_exhausted(call, status, detail)
    elif _did_not_finish(status) and call.safe_to_repeat:
        error = StoreUnavailable(
            f"Store {call.store_hash} returned an error ({said}) for {call.method} {call.path}{call.so_far}."
        )
    elif _did_not_finish(status):
        error = outcome_unknown(call, f"the store returned an error ({said})")
    elif status >= 400:
        next_step = _OPEN_CONTROL_PANEL if status in _STORE_IS_CLOSED else ""
        error = RequestRefused(f"BigCommerce refused {call} ({said}).", next_step)
        error.problems = read_problems(answer)
        error.subject = subject_of(detail)
    elif status not in _ELSEWHERE:
        return garbage(call, response, f"the status {status}, which makes no sense here")
    else:
        error = CredentialsError(
            f"The address of store {call.store_hash} redirects to another address ({said}).",
            "Correct the host in its Airflow Connection.",
        )
    return located(error, call, status, detail)


def _did_not_finish(status: int) -> bool:
    """5xx, and what gateways answer when time was up: the store may have done its work all the same."""
    return status >= 500 or status in _TIME_IS_UP


def _forbidden(call: Call, said: str) -> ScopeMissing:
    scope = _SCOPES_IN_CONTROL_PANEL.get(call.scope)
    named = f'"{scope}" ({call.scope})' if scope else call.scope
    error = ScopeMissing(
        f"The access token of store {call.store_hash} lacks the scope {named}, which {call.method} "
        f"{call.path} needs ({said}).",
        f"{_NEW_ACCOUNT} with the scope {named}, then enter its access token in the settings of the data "
        "source.",
    )
    error.scope = call.scope
    return error


def denied(call: Call, refused: ScopeMissing) -> StoreUnavailable:
    """The error for a 403 to what was read before: not a scope is missing, but a firewall is in between."""
    said = f"403: {refused.detail}" if refused.detail else "403"
    error = StoreUnavailable(
        f"Store {call.store_hash} refused {call.method} {call.path} ({said}){call.so_far}, although it has "
        "answered such requests before."
    )
    return located(error, call, refused.status, refused.detail)


def scopes_missing(store_hash: str, missing: Iterable[ScopeMissing]) -> ScopeMissing:
    """One error for several; its sentence names every scope and the request that needs it."""
    needs = {error.scope: f"{error.method} {error.path}" for error in missing}
    named = "; ".join(
        f'"{_SCOPES_IN_CONTROL_PANEL.get(scope, scope)}" ({scope}), needed for {request}'
        for scope, request in needs.items()
    )
    scopes, them = ("a scope", "it") if len(needs) == 1 else ("scopes", "them")
    error = ScopeMissing(
        f"The access token of store {store_hash} lacks {scopes}: {named}.",
        f"{_NEW_ACCOUNT} with {them}, then enter its access token.",
    )
    error.scope = ", ".join(needs)
    return error


def store_not_accessible(store_hash: str, said: str) -> StoreNotAccessible:
    """The error where every request, whichever scope it needs, is answered with 403."""
    answer = f"403: {said}" if said else "403"
    return StoreNotAccessible(
        f"BigCommerce refused every request to store {store_hash} ({answer}). The store may be closed or "
        "suspended, its store hash may be wrong, or the access token may belong to another store or lack "
        "every scope.",
        "Open the store's control panel. Then compare the store hash with the API path of the store's API "
        "account, and use an access token that was created in this store.",
    )


def garbage(call: Call, response: requests.Response, what: str = "") -> UnexpectedResponse:
    """The error for an answer without meaning: `what`, or a body that is not JSON: empty, HTML, cut off."""
    if not what:
        what = "a body that is not JSON or is cut off" if response.content.strip() else "an empty body"
    if call.safe_to_repeat:
        error = UnexpectedResponse(
            f"Store {call.store_hash} answered {call.method} {call.path} with {what}{call.so_far}.",
            "If this persists, BigCommerce has a problem: wait until it is solved.",
        )
    else:
        error = UnexpectedResponse(_not_known(call, f"the store answered with {what}"))
    return located(error, call, response.status_code, what)


def quota_exhausted(call: Call, status: int | None = None, detail: str = "") -> QuotaExhausted:
    """The error for a 429, or for a request that the quota's headers forbid to send at all."""
    error = QuotaExhausted(
        f"Store {call.store_hash} did not accept {call.method} {call.path}{call.so_far}: its API quota, "
        "which all its apps share, is used up, or BigCommerce is overloaded."
    )
    return located(error, call, status, detail)


def deadline_passed(call: Call) -> DeadlinePassed:
    """The error for a request that the caller no longer wants to be sent."""
    error = DeadlinePassed(f"{call} was not sent: its deadline passed while it waited for its turn.")
    return located(error, call, None, "")


def outcome_unknown(call: Call, cause: str) -> OutcomeUnknown:
    """The error where a request that must not be repeated may have been carried out."""
    return located(OutcomeUnknown(_not_known(call, cause)), call, None, cause)


def _not_known(call: Call, cause: str) -> str:
    return f"It is not known whether BigCommerce carried out {call}: {cause}."


def located(error: _Error, call: Call, status: int | None, detail: str) -> _Error:
    """The error with its attributes set."""
    error.method, error.path, error.status, error.detail = call.method, call.path, status, detail
    return error
