"""Answers errors with a page or with JSON: always a sentence, never a value that was sent to us."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from include.airflow_metadata.session import explain_metadata_error
from include.data_sources.errors import SettingsChangedMeanwhile
from include.database_errors import DatabaseError
from include.errors import ActionableError, FixData, WaitAndRetry
from plugins.data_sources_page.rendering import render_problem

SENTENCES = {
    401: "You are not logged in, or your session has ended. Log in to Airflow again.",
    403: "Your role in Airflow does not allow this. Ask your administrator for access.",
    404: "Page not found.",
    405: "This address does not support that action. Use the buttons on the page.",
}
# What Starlette and Airflow say where nobody wrote a sentence.
PLAIN_DETAILS = ("Forbidden", "Method Not Allowed", "Not Found", "Not authenticated")
INVALID_FIELDS = "Some fields are not valid. Please fix the highlighted ones."
BROKEN = "An unexpected error occurred. If it happens again, contact your administrator."
DATABASE_UNAVAILABLE = (
    "The database is unavailable. Try again in a few minutes. If it stays unavailable, contact your "
    "administrator."
)
RETRY_SECONDS = 5
READS = ("GET", "HEAD")
# What a person learns first when a request fails because something is unavailable, by its last part.
NOT_DONE = {
    "syncs": "Not started",
    "order-pushes": "Not started",
    "retry": "Not retried",
    "deactivate": "Not deactivated",
    "test": "Not tested",
    "check": "Not checked",
    "mark-refunded": "Not set to Refunded",
}

log = logging.getLogger(__name__)


class NotFound(FixData):
    """There is no such product, order, sync or run."""

    http_status = 404


class Refused(FixData):
    """The action is not possible at the moment; the message says why, and what to do first."""


class Busy(WaitAndRetry):
    """Too many requests at the moment; the limits protect Airflow's API and the databases."""

    def __init__(self, sentence: str = "The page is busy.") -> None:
        super().__init__(sentence, "Try again in a few seconds.")


def install(app: FastAPI) -> None:
    """Register the answer to each kind of exception."""
    app.add_exception_handler(ActionableError, _actionable)
    app.add_exception_handler(SettingsChangedMeanwhile, _changed_meanwhile)
    app.add_exception_handler(SQLAlchemyError, _metadata_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    is_plain = detail in PLAIN_DETAILS or error.status_code in (401, 404)
    return answer(
        request, error.status_code, SENTENCES.get(error.status_code, detail) if is_plain else detail
    )


async def _actionable(request: Request, error: Exception) -> Response:
    assert isinstance(error, ActionableError)
    if error.http_status >= 500:
        log.warning("%s: %s", type(error).__name__, error)
    return answer(request, error.http_status, _sentence(request, error), error.problems_by_field)


def busy(request: Request) -> Response:
    """The answer to a request that was refused because too many are under way."""
    return answer(request, Busy.http_status, _sentence(request, Busy()))


async def _changed_meanwhile(request: Request, error: Exception) -> Response:
    """With what differs, so that the form can show it and be saved again."""
    assert isinstance(error, SettingsChangedMeanwhile)
    conflict = {"version": error.version, "settings": [asdict(each) for each in error.settings]}
    return JSONResponse({"detail": str(error), "problems": {}, "conflict": conflict}, error.http_status)


async def _metadata_error(request: Request, error: Exception) -> Response:
    """Explain an error of Airflow's own session, which its dependencies open for us."""
    assert isinstance(error, SQLAlchemyError)
    explained = explain_metadata_error(error)
    return await _actionable(request, explained) if explained else await _broken(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    """The problems without the values themselves, which FastAPI would repeat: one may be an access token."""
    assert isinstance(error, RequestValidationError)
    if not _is_api(request):
        return answer(request, 404, SENTENCES[404])
    problems = {_printable(each["loc"][-1]): f"{each['msg']}." for each in error.errors()}
    return answer(request, 422, INVALID_FIELDS, problems)


async def _broken(request: Request, error: Exception) -> Response:
    return answer(request, 500, BROKEN)


def _sentence(request: Request, error: ActionableError) -> str:
    """The sentence of an error; for a write that something unavailable stopped, also what was not done."""
    # the log has the cause; the address and the user of a database are not for every viewer
    sentence = DATABASE_UNAVAILABLE if isinstance(error, DatabaseError) else str(error)
    if error.http_status == 503 and request.method not in READS:
        not_done = NOT_DONE.get(request.url.path.rpartition("/")[2], "Not saved")
        return f"{not_done}: {sentence[:1].lower()}{sentence[1:]}"
    return sentence


def answer(
    request: Request, status: int, sentence: str, problems: Mapping[str, str] | None = None
) -> Response:
    """A page or JSON that says what is wrong; for a 503 also when to retry."""
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    if _is_api(request):
        return JSONResponse({"detail": sentence, "problems": dict(problems or {})}, status, headers)
    return render_problem(request, status, sentence, headers)


def _printable(name: object) -> str:
    """The name of a field, which a request may choose freely."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in str(name)[:100])


def _is_api(request: Request) -> bool:
    path = str(request.scope["path"]).removeprefix(request.scope.get("root_path", ""))
    return path.startswith(("/api/", "/hooks/"))
