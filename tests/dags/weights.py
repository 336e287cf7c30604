"""Which task the scheduler takes first of those that wait."""

from __future__ import annotations

from types import SimpleNamespace

from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization


def weight(dag: DAG, task_id: str) -> int:
    """The weight of a task; the greater goes first."""
    task = DagSerialization.from_dict(DagSerialization.to_dict(dag)).get_task(task_id)
    return int(task.weight_rule.get_weight(SimpleNamespace(task=task)))  # type: ignore[arg-type]
