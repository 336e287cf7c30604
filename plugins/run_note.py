"""Puts the outcome of a product sync into the note of its DAG run, so that it is read without opening a log.

Each task of the DAG leaves a sentence as XCom `summary`: what it did, or why it failed. This listener runs in
the scheduler as the run ends (in the API server if someone marks it), inside the transaction that ends it. So
it asks Airflow's metadata database only, commits nothing, and never raises.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from airflow.models import DagRun
    from sqlalchemy.orm import Session

# As in dags/product_sync.py; not imported, because every Airflow process loads this module.
DAG_ID_PREFIX = "bigcommerce_product_sync__"
XCOM_KEY = "summary"
LONGEST_NOTE = 1000  # characters, by the column dag_run_note.content
STOPPED = "The sync was stopped before it could say why. Trigger it again; the red task's log may say more."

log = logging.getLogger(__name__)


class RunNoteListener:
    """Listens for the end of DAG runs (airflow/listeners/spec/dagrun.py)."""

    @hookimpl
    def on_dag_run_success(self, dag_run: DagRun) -> None:
        """The last task's sentence: the result."""
        _write_note(dag_run, failed=False)

    @hookimpl
    def on_dag_run_failed(self, dag_run: DagRun) -> None:
        """The failed task's sentence: what went wrong."""
        _write_note(dag_run, failed=True)


def _write_note(dag_run: DagRun, *, failed: bool) -> None:
    if not dag_run.dag_id.startswith(DAG_ID_PREFIX):
        return
    try:
        from sqlalchemy.orm import object_session

        session = object_session(dag_run)
        if session is not None:
            with session.no_autoflush:
                note = _summary(session, dag_run, failed=failed) or (STOPPED if failed else None)
                if note:
                    _save(session, dag_run, note[:LONGEST_NOTE])
    except Exception:
        log.exception("The note of run %s of %s could not be written.", dag_run.run_id, dag_run.dag_id)


def _summary(session: Session, dag_run: DagRun, *, failed: bool) -> str | None:
    """The newest sentence of the run; of a failed run, the one of a task that failed."""
    from airflow.models import TaskInstance
    from airflow.models.xcom import XComModel
    from sqlalchemy import select

    summaries = (
        select(XComModel.value)
        .join(
            TaskInstance,
            (TaskInstance.dag_id == XComModel.dag_id)
            & (TaskInstance.run_id == XComModel.run_id)
            & (TaskInstance.task_id == XComModel.task_id),
        )
        .where(XComModel.dag_id == dag_run.dag_id, XComModel.run_id == dag_run.run_id)
        .where(XComModel.key == XCOM_KEY)
        .where(TaskInstance.state == ("failed" if failed else "success"))
        .order_by(XComModel.timestamp.desc())
        .limit(1)
    )
    newest = session.execute(summaries).first()
    return None if newest is None else str(XComModel.deserialize_value(newest))


def _save(session: Session, dag_run: DagRun, note: str) -> None:
    """One statement, so that it cannot collide with a person who writes a note just now; theirs stays."""
    from airflow.models.dagrun import DagRunNote
    from sqlalchemy.dialects.postgresql import insert

    ours = insert(DagRunNote).values(dag_run_id=dag_run.id, content=note)
    session.execute(
        ours.on_conflict_do_update(
            index_elements=[DagRunNote.dag_run_id],
            set_={"content": ours.excluded.content, "updated_at": ours.excluded.updated_at},
            where=DagRunNote.user_id.is_(None),
        )
    )


class RunNotePlugin(AirflowPlugin):
    """Registers the listener."""

    name = "run_note"
    listeners = [RunNoteListener()]  # noqa: RUF012 - Airflow reads it so
