"""What every task of ours does: refuse Params it does not know, and leave a sentence for its run's note.

plugins/run_note.py makes the note of the sentences.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException

from include.metrics.catalogue import TASK_FAILURES
from include.remedies import NeedsDecision, Remedy, remedy

# what the UI, and the listener in plugins/run_note.py, find the outcome of a task under
SUMMARY = "summary"


class UnknownParameter(AirflowFailException, NeedsDecision):
    """Somebody gave a Param that the DAG does not have: a slip in `dry_run` must not start a real run."""


def refuse_unknown_parameters() -> None:
    """Raise UnknownParameter, inside a task, if its run was given what is no Param of its DAG."""
    context = get_current_context()
    known = set(context["dag"].params)
    if unknown := sorted(set(context["dag_run"].conf or {}) - known):
        raise UnknownParameter(
            f"There is no parameter {', '.join(unknown)}, so nothing was done. "
            f"The parameters are: {', '.join(sorted(known))}."
        )


def run_step(
    step: Callable[[], dict[str, Any]], doing: str, explain: Callable[[BaseException, str], str]
) -> dict[str, Any]:
    """Run a step inside a task and leave its `summary`, or what `explain` says of its failure `doing` it."""
    task_instance = get_current_context()["ti"]
    try:
        result = step()
    except Exception as error:
        sentence = str(error) if isinstance(error, UnknownParameter) else explain(error, doing)
        task_instance.xcom_push(SUMMARY, sentence)
        _measure(task_instance.task_id, remedy(error))
        raise
    task_instance.xcom_push(SUMMARY, result["summary"])
    _measure(task_instance.task_id, None)
    return result


def _measure(task_id: str, failure: Remedy | None) -> None:
    for each in get_args(Remedy):
        TASK_FAILURES.add(int(each == failure), task_id=task_id, remedy=each)
