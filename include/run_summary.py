"""The sentence that each task leaves for the note of its DAG run, which plugins/run_note.py makes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airflow.sdk import get_current_context

# what the UI, and the listener in plugins/run_note.py, find the outcome of a task under
SUMMARY = "summary"


def told(
    step: Callable[[], dict[str, Any]], doing: str, explain: Callable[[BaseException, str], str]
) -> dict[str, Any]:
    """Run a step inside a task and leave its `summary`, or what `explain` says of its failure `doing` it."""
    task_instance = get_current_context()["ti"]
    try:
        result = step()
    except Exception as error:
        task_instance.xcom_push(SUMMARY, explain(error, doing))
        raise
    task_instance.xcom_push(SUMMARY, result["summary"])
    return result
