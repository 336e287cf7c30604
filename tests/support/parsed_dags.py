"""The project's DAGs, parsed as Airflow parses them."""

from __future__ import annotations

from types import SimpleNamespace

from airflow.dag_processing.dagbag import BundleDagBag
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization

from tests.support.project import PROJECT

DAGS = PROJECT / "dags"
ALLOWED_TAGS = {"bigcommerce", "orders", "product sync", "monitoring", "housekeeping"}


def parse(name: str, dag_id: str = "") -> DAG:
    """The DAG in dags/NAME.py; `dag_id` unless it is bigcommerce_NAME."""
    bag = BundleDagBag(DAGS / f"{name}.py", bundle_path=DAGS, bundle_name="dags-folder", load_op_links=False)
    assert bag.import_errors == {}
    return bag.dags[dag_id or f"bigcommerce_{name}"]  # type: ignore[return-value]


def weight(dag: DAG, task_id: str) -> int:
    """The priority weight of a task; the scheduler starts the greater first."""
    task = DagSerialization.from_dict(DagSerialization.to_dict(dag)).get_task(task_id)
    return int(task.weight_rule.get_weight(SimpleNamespace(task=task)))  # type: ignore[arg-type]
