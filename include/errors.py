"""The one base of every error that people see: what went wrong, and what its reader must do about it.

    ActionableError
    ├── FixCredentials   a person enters a new token, or corrects a Connection; retrying cannot help
    ├── FixData          a person corrects data or a setting, or decides; retrying cannot help
    │   └── FieldsRefused      what a person typed cannot be used
    ├── WaitAndRetry     nothing is wrong with us: the store or a database is busy or unavailable for now
    └── Investigate      it is not clear what happened; a person looks at the log
        └── UnexpectedError   any other exception: a defect of the program, or of a machine

Everything else follows from the attributes of these classes: whether a task is retried
(include/tasks/retry_policy.py), what a command prints, which HTTP status and button the page shows, the
`remedy` of the metrics, and what docs/messages.md says. To add an error, subclass one of the four in the
`errors` module of the package that raises it, and nowhere else.

This module imports nothing of the project: the BigCommerce client and the CRM tables both build on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import ClassVar, Literal

Remedy = Literal["credentials", "data", "wait", "investigate"]
# What the page can offer to fix an error with one click.
Action = Literal["", "new_token", "allow_mass_removal", "start_again"]
FIX_FIELDS = "Please fix the highlighted fields."


class ActionableError(Exception):
    """`sentence` says what happened and why; `next_step` what to do on the page; both are for people.

    `command_line_step` is the next step for somebody at a terminal, `run_note_step` for somebody who reads
    the note of a run; each is given only where it differs from the page's.
    None of them ever holds a token, a header or a customer's personal data.
    """

    remedy: ClassVar[Remedy] = "investigate"
    # The click that helps, where there is one.
    action: ClassVar[Action] = ""
    # Whether Airflow runs the task again.
    is_retried: ClassVar[bool] = True
    # Why, as Airflow shows it beside the attempt.
    retry_reason: ClassVar[str] = ""
    # How long a task waits before its next attempt; None: longer from attempt to attempt.
    retry_after: ClassVar[timedelta | None] = None
    # How the page answers, as an HTTP status.
    http_status: ClassVar[int] = 500
    # Whether the sentence says which store it is about, or is about none.
    names_its_store: ClassVar[bool] = False
    # The next steps of errors that are raised without one of their own.
    default_next_step: ClassVar[str] = ""
    default_command_line_step: ClassVar[str] = ""
    default_run_note_step: ClassVar[str] = ""
    # What is wrong with each setting, by its name; the page shows it beside the field.
    problems_by_field: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self, sentence: str, next_step: str = "", *, command_line_step: str = "", run_note_step: str = ""
    ) -> None:
        super().__init__(sentence)
        self.next_step = next_step or self.default_next_step
        self.command_line_step = (
            command_line_step or next_step or self.default_command_line_step or self.next_step
        )
        self.run_note_step = run_note_step or next_step or self.default_run_note_step or self.next_step

    @property
    def sentence(self) -> str:
        """What happened and why."""
        return str(self.args[0])

    @property
    def for_terminal(self) -> str:
        """The whole message for somebody at a terminal."""
        return f"{self.sentence} {self.command_line_step}".strip()

    @property
    def for_run_note(self) -> str:
        """The whole message for the note of a run, which Airflow may be about to retry."""
        return f"{self.sentence} {self.run_note_step}".strip()

    def __str__(self) -> str:
        """The whole message for the page or an alert."""
        return f"{self.sentence} {self.next_step}".strip()


class FixCredentials(ActionableError):
    """Only a new access token, or a corrected Connection, helps."""

    remedy = "credentials"
    is_retried = False
    http_status = 409
    retry_reason = "Somebody has to correct the credentials first; until then every attempt fails."


class FixData(ActionableError):
    """Only a correction of the data, a setting or a parameter, or a decision, helps."""

    remedy = "data"
    is_retried = False
    http_status = 409
    retry_reason = "Somebody has to correct the data or decide first; until then every attempt fails."


class FieldsRefused(FixData):
    """What somebody entered cannot be used; the sentence for each field is in `problems_by_field`."""

    http_status = 422

    def __init__(self, problems: Mapping[str, str], *, sentence: str = FIX_FIELDS) -> None:
        super().__init__(sentence, command_line_step="\n".join(problems.values()))
        self.problems_by_field = dict(problems)

    @property
    def for_terminal(self) -> str:
        """A terminal has no fields to highlight."""
        return self.command_line_step


class WaitAndRetry(ActionableError):
    """The request was not carried out, or is safe to repeat, and may well succeed later."""

    remedy = "wait"
    action = "start_again"
    http_status = 503
    retry_reason = "The store or a database is busy or unavailable; that usually passes."
    default_next_step = "Try again in a few minutes."
    default_command_line_step = "Run it again in a few minutes."
    default_run_note_step = "Airflow retries automatically; if the run still fails, start it again later."


class Investigate(ActionableError):
    """It is not clear what happened."""

    remedy = "investigate"
    retry_reason = "Unexpected. Every step is safe to repeat, and odd answers often pass."


class UnexpectedError(Investigate):
    """A defect of the program, or of the machine it runs on."""

    # a defect of ours does not pass by waiting, so people should know soon
    retry_after = timedelta(seconds=15)

    def __init__(self, error: BaseException, doing: str) -> None:
        super().__init__(
            f"The run stopped while {doing} because of an unexpected error ({type(error).__name__}). "
            "Nothing is half-done.",
            "Show this task's log to your administrator.",
        )


def actionable(error: BaseException, doing: str) -> ActionableError:
    """The error itself, or an UnexpectedError in its place, met while `doing` something: "publishing".

    The message of another error is never shown: it may hold anything.
    """
    return error if isinstance(error, ActionableError) else UnexpectedError(error, doing)
