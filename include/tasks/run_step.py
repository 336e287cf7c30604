"""What every task of ours does: refuse unknown Params, record in the log and a note how it went, measure it.

plugins/run_note.py makes the note of the sentences.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, get_args

from airflow.sdk import get_current_context

from include.errors import ActionableError, Remedy, actionable
from include.metrics.catalogue import TASK_FAILURES
from include.tasks.errors import UnknownParameter
from include.tasks.lineage import Lineage

log = logging.getLogger(__name__)

# Under this key the UI, and the listener in plugins/run_note.py, find the outcome of a task.
SUMMARY = "summary"
# Characters of a reason that people read before its next step.
LONGEST_LEAD = 160


def run_step(
    step: Callable[[], dict[str, Any]], *, doing: str, store_name: str = "", lineage: Lineage | None = None
) -> dict[str, Any]:
    """Run a step inside a task; returns its result. Raises UnknownParameter, and whatever the step raises.

    The step gives a `summary`, which is kept as the task's sentence. If it fails, what is kept says why and
    what to do, and, unless the sentence does so itself, names the store of one task among many. `doing` says
    what the step does: "publishing". `lineage` is emitted if the step succeeds.
    """
    task_instance = get_current_context()["ti"]
    try:
        _refuse_unknown_parameters()
        result = step()
    except Exception as raised:
        error = actionable(raised, doing)
        task_instance.xcom_push(SUMMARY, sentence_of(error, store_name))
        log_failure(error, store_name)
        measure(task_instance.task_id, error.remedy)
        raise
    task_instance.xcom_push(SUMMARY, result["summary"])
    log.info("%s", result["summary"])
    measure(task_instance.task_id, None)
    if lineage is not None:
        lineage.emit()
    return result


def _refuse_unknown_parameters() -> None:
    context = get_current_context()
    known = set(context["dag"].params)
    if unknown := set(context["dag_run"].conf or {}) - known:
        raise UnknownParameter(unknown, known)


def sentence_of(error: ActionableError, store_name: str) -> str:
    """The reason and the next step; a long reason, which mostly quotes the store, comes last.

    Airflow's list of runs shows only the beginning of a note, and that is where people look for what to do.
    """
    is_short = len(error.sentence) <= LONGEST_LEAD and ". " not in error.sentence
    parts = [error.sentence, error.run_note_step]
    return _with_store(error, store_name, " ".join(filter(None, parts if is_short else reversed(parts))))


def log_failure(error: ActionableError, store_name: str) -> None:
    """One line in the log of the task that says what happened and what to do, above Airflow's traceback."""
    log.error("%s", _with_store(error, store_name, error.for_run_note))


def _with_store(error: ActionableError, store_name: str, message: str) -> str:
    """The message of an error, which names its store."""
    return message if error.names_its_store or not store_name else f"{store_name}: {message}"


def measure(task_id: str, failure: Remedy | None) -> None:
    """Count in the metrics how a task ended."""
    for each in get_args(Remedy):
        TASK_FAILURES.add(int(each == failure), task_id=task_id, remedy=each)
