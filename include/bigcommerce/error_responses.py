"""Turns an answer that is no success into its error, with the store's own message and the next step."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import requests

from include.bigcommerce.contract import NotAsAgreed
from include.bigcommerce.errors import (
    BigCommerceError,
    CredentialsError,
    OutcomeUnknown,
    QuotaExhausted,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    TokenRejected,
    UnexpectedResponse,
)

# Names of the scopes in the control panel, where people make API accounts
# (developer.bigcommerce.com/docs/start/authentication/api-accounts#oauth-scopes).
_SCOPES_IN_CONTROL_PANEL = {
    "store_v2_products": "Products: modify",
    "store_v2_orders": "Orders: modify",
    "store_v2_information_read_only": "Information & Settings: read-only",
}
_LONGEST_MESSAGE = 300
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
    detail = own_words(response)
    said = f"{status}: {detail}" if detail else f"{status}"
    error: BigCommerceError
    if status == 401:
        error = TokenRejected(
            f"BigCommerce refused the access token of store {call.store_hash} ({said}). "
            f"{_NEW_ACCOUNT}, then enter its token in the settings of the data source."
        )
    elif status == 403:
        scope = _SCOPES_IN_CONTROL_PANEL.get(call.scope)
        named = f'"{scope}" ({call.scope})' if scope else call.scope
        error = ScopeMissing(
            f"The access token of store {call.store_hash} may not do {call.method} {call.path}, which needs "
            f"the scope {named} ({said}). {_NEW_ACCOUNT} with that scope, then enter its token in "
            "the settings of the data source."
        )
        error.scope = call.scope
    elif status == 429:
        return quota_exhausted(call, status, detail)
    elif status >= 500 and call.safe_to_repeat:
        error = StoreUnavailable(
            f"Store {call.store_hash} answered {call.method} {call.path} with an error of its own"
            f"{call.so_far} ({said})."
        )
    elif status >= 500:
        error = OutcomeUnknown(unknown(call, f"the store answered with an error of its own ({said})"))
    elif status >= 400:
        error = RequestRefused(
            f"BigCommerce refused {call} ({said}). It will refuse it again: mend what it names first."
        )
    else:
        error = CredentialsError(
            f"The address of store {call.store_hash} redirects to another ({said}). "
            "Mend the host in its Airflow Connection."
        )
    return located(error, call, status, detail)


def scopes_missing(store_hash: str, missing: Iterable[ScopeMissing]) -> ScopeMissing:
    """One error for several; its sentence names every scope and what it is for."""
    needs = {error.scope: f"{error.method} {error.path}" for error in missing}
    named = "; ".join(
        f'"{_SCOPES_IN_CONTROL_PANEL.get(scope, scope)}" ({scope}), for {what}'
        for scope, what in needs.items()
    )
    scopes, them = ("a scope", "it") if len(needs) == 1 else ("scopes", "them")
    error = ScopeMissing(
        f"The access token of store {store_hash} lacks {scopes}: {named}. {_NEW_ACCOUNT} with {them}, then "
        "enter its token."
    )
    error.scope = ", ".join(needs)
    return error


def garbage(call: Call, response: requests.Response) -> UnexpectedResponse:
    """The error for a success whose body is not JSON: empty, HTML, cut off."""
    what = "an empty body" if not response.content.strip() else "a body that is not JSON, or is cut off"
    error = UnexpectedResponse(
        f"Store {call.store_hash} answered {call.method} {call.path} with {what}{call.so_far}. If it goes "
        "on, BigCommerce has trouble: wait until that has passed."
        if call.safe_to_repeat
        else unknown(call, f"the store answered with {what}")
    )
    return located(error, call, response.status_code, what)


def quota_exhausted(call: Call, status: int | None = None, detail: str = "") -> QuotaExhausted:
    """The error for a 429, or for a request that the quota's headers forbid to send at all."""
    error = QuotaExhausted(
        f"Store {call.store_hash} does not let {call.method} {call.path} through{call.so_far}: its quota, "
        "shared with its other apps, is used up, or BigCommerce is overloaded."
    )
    return located(error, call, status, detail)


def unknown(call: Call, cause: str) -> str:
    """For OutcomeUnknown."""
    return (
        f"It is not known whether BigCommerce carried out {call}: {cause}. "
        "Look up what became of it before it is sent again."
    )


def own_words(response: requests.Response) -> str:
    """The store's message, trimmed: of V3 `{title, detail, errors}`, V2 `[{message}]`, HTML or text.

    Some gateways quote the request they refuse, so the access token is blotted out.
    """
    try:
        said = " ".join(dict.fromkeys(_messages(msgspec.json.decode(response.content))))
    except NotAsAgreed:
        page = response.content[:20_000].decode("utf-8", "replace")
        title = re.search(r"<title[^>]*>(.*?)</title>", page, re.IGNORECASE | re.DOTALL)
        said = title[1] if title else re.sub(r"<[^>]*>", " ", page)
    if token := response.request.headers.get("X-Auth-Token"):
        said = said.replace(str(token), "…")
    said = " ".join("".join(character if character.isprintable() else " " for character in said).split())
    return said if len(said) <= _LONGEST_MESSAGE else said[: _LONGEST_MESSAGE - 1] + "…"


def _messages(answer: object) -> list[str]:
    """The messages in an error body, in reading order."""
    if isinstance(answer, list):
        return [message for item in answer for message in _messages(item)]
    if not isinstance(answer, dict):
        return [str(answer)] if answer not in (None, "") else []
    messages = [str(answer[name]) for name in ("title", "message", "detail") if answer.get(name)]
    errors = answer.get("errors")
    if isinstance(errors, dict):
        messages += [f"{name}: {message}" for name, message in errors.items()]
    elif errors:
        messages += _messages(errors)
    return messages


def located(error: _Error, call: Call, status: int | None, detail: str) -> _Error:
    """The error with its attributes set."""
    error.method, error.path, error.status, error.detail = call.method, call.path, status, detail
    return error
