"""The listener that deletes the token of a deactivated store, against Airflow's own database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from plugins.token_cleanup import TokenCleanupListener

pytestmark = pytest.mark.usefixtures("in_airflow")
DAG_ID = "bigcommerce_product_sync__tea1"


@pytest.fixture
def deactivated(in_airflow: object) -> None:
    """A store with a saved token that was deactivated while it had runs."""
    from include import airflow_metadata as metadata

    metadata.save_store_connection("tea1", "https://api.example.com", "a-token")
    metadata.save_store_connection("coffee1", "https://api.example.com", "a-token")
    metadata.forget_later("tea1")


@pytest.fixture
def session(deactivated: None) -> Iterator[Any]:
    """A transaction on Airflow's database that refuses to be committed, as the scheduler's does."""
    from airflow import settings
    from airflow.utils.sqlalchemy import prohibit_commit

    made = settings.NonScopedSession()
    with prohibit_commit(made):
        yield made
    made.rollback()
    made.close()


def add_run(session: Any, dag_id: str, state: str) -> Any:
    from airflow.models import DagRun
    from airflow.utils.types import DagRunType

    run = DagRun(dag_id=dag_id, run_id=f"manual__{uuid.uuid4()}", run_type=DagRunType.MANUAL)
    run.state = state
    session.add(run)
    session.flush()
    return run


def saved(session: Any) -> set[str]:
    """Which of the two Connections are there; other tests may have left theirs."""
    from sqlalchemy import text

    names = session.scalars(text("SELECT conn_id FROM connection"))
    return {"bigcommerce_tea1", "bigcommerce_coffee1"} & set(names)


@pytest.mark.parametrize("outcome", ["success", "failed"])
def test_token_is_deleted_when_the_last_run_ends(session: Any, outcome: str) -> None:
    run = add_run(session, DAG_ID, "running")
    getattr(TokenCleanupListener(), f"on_dag_run_{outcome}")(run)
    assert saved(session) == {"bigcommerce_coffee1"}


@pytest.mark.parametrize("state", ["queued", "running"])
def test_token_stays_while_another_run_of_the_store_is_active(session: Any, state: str) -> None:
    add_run(session, DAG_ID, state)
    TokenCleanupListener().on_dag_run_success(add_run(session, DAG_ID, "running"))
    assert saved(session) == {"bigcommerce_tea1", "bigcommerce_coffee1"}


def test_token_that_one_end_missed_is_deleted_at_the_end_of_any_run_of_ours(session: Any) -> None:
    TokenCleanupListener().on_dag_run_success(add_run(session, "somebody_elses", "running"))
    assert "bigcommerce_tea1" in saved(session)
    TokenCleanupListener().on_dag_run_success(add_run(session, "bigcommerce_monitoring", "running"))
    assert saved(session) == {"bigcommerce_coffee1"}


def test_token_of_a_store_that_was_activated_again_stays(session: Any) -> None:
    from include import airflow_metadata as metadata

    assert metadata.keep_store_connection("tea1")
    TokenCleanupListener().on_dag_run_success(add_run(session, DAG_ID, "running"))
    assert saved(session) == {"bigcommerce_tea1", "bigcommerce_coffee1"}
    assert not metadata.keep_store_connection("cake1")
