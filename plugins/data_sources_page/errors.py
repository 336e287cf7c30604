"""What went wrong, as a page or as JSON: always a sentence, never a value that was sent to us."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError, TimeoutError
from starlette.exceptions import HTTPException

from include.airflow_metadata import CannotStart, TokenNotEncrypted
from include.connections import ConnectionMissing
from include.crm.data_sources import NoDataSource
from include.data_sources.errors import SettingsRefused
from include.order_push.errors import NeedsAttention
from plugins.data_sources_page.rendering import render_problem
from plugins.data_sources_page.wording import without_commands

SENTENCES = {
    401: "You are not logged in, or your session has ended. Log in to Airflow again.",
    403: "Your role in Airflow does not allow this. Ask an admin of Airflow for one that does.",
    404: "There is no such page. Start from Admin, Data Sources in Airflow's menu.",
    405: "That cannot be done at this address. Use the buttons of the page.",
}
DATABASE_AWAY = (
    "A database does not answer just now, so this page cannot be shown. Nothing is lost, it is tried again "
    "by itself. If it goes on, tell whoever looks after the databases."
)
BROKEN = (
    "This page met an error in the program itself. Nothing was half-done; show the API server's log to "
    "whoever looks after Airflow."
)
RETRY_SECONDS = 5

log = logging.getLogger(__name__)


class NotFound(Exception):
    """There is no such product, order, sync or run; the message says so."""


class Refused(Exception):
    """What was asked for cannot be done as things are; the message says why and what to do."""


def install(app: FastAPI) -> None:
    """Register what answers for each kind of exception."""
    answers = {
        _database_away: (psycopg.OperationalError, OperationalError, TimeoutError),
        _refused: (CannotStart, ConnectionMissing, NeedsAttention, Refused, TokenNotEncrypted),
        _not_found: (NoDataSource, NotFound),
    }
    for answer, kinds in answers.items():
        for kind in kinds:
            app.add_exception_handler(kind, answer)
    app.add_exception_handler(SettingsRefused, _settings_refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    ours = error.detail if error.detail not in ("Forbidden", "Not Found", "Not authenticated") else None
    sentence = SENTENCES.get(error.status_code, str(error.detail))
    if error.status_code == 403 and ours:
        sentence = ours
    return _answer(request, error.status_code, sentence)


async def _not_found(request: Request, error: Exception) -> Response:
    return _answer(request, 404, str(error))


async def _refused(request: Request, error: Exception) -> Response:
    return _answer(request, 409, str(error))


async def _settings_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, SettingsRefused)
    return _answer(request, 422, "What was entered cannot be taken as it is.", error.problems)


async def _not_understood(request: Request, error: Exception) -> Response:
    """Without the values themselves, which FastAPI would repeat: one may be an access token."""
    assert isinstance(error, RequestValidationError)
    problems = {str(each["loc"][-1]): f"{each['msg']}." for each in error.errors()}
    if _is_api(request):
        return _answer(request, 422, "The request is not as it should be.", problems)
    return _answer(request, 404, SENTENCES[404])


async def _database_away(request: Request, error: Exception) -> Response:
    log.warning("A database does not answer: %s", type(error).__name__)
    return _answer(request, 503, DATABASE_AWAY)


async def _broken(request: Request, error: Exception) -> Response:
    return _answer(request, 500, BROKEN)


def _answer(
    request: Request, status: int, sentence: str, problems: Mapping[str, str] | None = None
) -> Response:
    sentence = without_commands(sentence)
    problems = {name: without_commands(problem) for name, problem in (problems or {}).items()}
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    if _is_api(request):
        return JSONResponse({"detail": sentence, "problems": problems}, status, headers)
    return render_problem(request, status, sentence, headers)


def _is_api(request: Request) -> bool:
    return str(request.scope["path"]).removeprefix(request.scope.get("root_path", "")).startswith("/api/")
