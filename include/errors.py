"""The one base of every error that people see: what went wrong, and what its reader must do about it.

    ActionableError
    ├── FixCredentials   a person enters a new token, or corrects a Connection; retrying cannot help
    ├── FixData          a person corrects data or a setting, or decides; retrying cannot help
    ├── WaitAndRetry     nothing is wrong with us: the store or a database is busy or unavailable for now
    └── Investigate      it is not clear what happened; a person looks at the log

Everything else follows from these four: whether a task is retried (include/tasks/retry_policy.py), how a
command exits, which HTTP status and button the page shows, and what docs/messages.md says. To add an error,
subclass one of them, in the `errors` module of the package that raises it, and nowhere else.

This module imports nothing of the project: the BigCommerce client and the CRM tables both build on it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

Remedy = Literal["credentials", "data", "wait", "investigate"]


class ActionableError(Exception):
    """`sentence` says what happened and why; `next_step` what to do on the page; both are for people.

    `command_line_step` is the next step for somebody at a terminal, where it differs from the page's.
    None of them ever holds a token, a header or a customer's personal data.
    """

    remedy: ClassVar[Remedy] = "investigate"
    # How the page answers, as an HTTP status.
    http_status: ClassVar[int] = 500
    # Why a task is or is not retried, as Airflow shows it beside the attempt.
    retry_reason: ClassVar[str] = ""
    # How long a task waits before its next attempt; None: the default of the retry policy.
    retry_after: ClassVar[timedelta | None] = None
    # The next step of every error of a class that does not say one of its own.
    default_next_step: ClassVar[str] = ""

    def __init__(self, sentence: str, next_step: str = "", *, command_line_step: str = "") -> None:
        super().__init__(sentence)
        self.next_step = next_step or self.default_next_step
        self.command_line_step = command_line_step or self.next_step

    @property
    def sentence(self) -> str:
        """What happened and why."""
        return str(self.args[0])

    @property
    def for_terminal(self) -> str:
        """The whole message for somebody at a terminal."""
        return f"{self.sentence} {self.command_line_step}".strip()

    def __str__(self) -> str:
        """The whole message for the page, a run's note or an alert."""
        return f"{self.sentence} {self.next_step}".strip()


class FixCredentials(ActionableError):
    """Only a new access token, or a corrected Connection, helps."""

    remedy = "credentials"
    http_status = 409
    retry_reason = "Somebody has to correct the credentials first; until then every attempt fails."


class FixData(ActionableError):
    """Only a correction of the data, a setting or a parameter, or a decision, helps."""

    remedy = "data"
    http_status = 409
    retry_reason = "Somebody has to correct the data or decide first; until then every attempt fails."


class WaitAndRetry(ActionableError):
    """The request was not carried out, or is safe to repeat, and may well succeed later."""

    remedy = "wait"
    http_status = 503
    retry_reason = "The store or a database is busy or unavailable; that usually passes."
    default_next_step = "Retrying automatically; if the run fails nevertheless, start it again later."


class Investigate(ActionableError):
    """It is not clear what happened."""

    remedy = "investigate"
    retry_reason = "Unexpected. Every step is safe to repeat, and odd answers often pass."
