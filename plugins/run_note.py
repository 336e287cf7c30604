"""Writes the outcome of our DAGs into the note of each run, so that people read it without opening a log.

Each task leaves a message as XCom `summary`: what it did, or why it failed; a task of several stores leaves
a list with one for each. This listener runs in the scheduler as the run ends (in the API server if someone
marks it), inside the transaction that ends it. So it reads Airflow's metadata database only, commits nothing,
and never raises.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

from include.dag_ids import DAG_IDS
from include.markdown import escape

if TYPE_CHECKING:
    from airflow.models import DagRun
    from sqlalchemy.orm import Session

# The key of the XCom, as in include/tasks/run_step.py; not imported, because every process loads this module.
SUMMARY = "summary"
GAP = " … "
LONGEST_NOTE = 1000  # characters, by the column dag_run_note.content
# Characters at the end of a message that stay if it is shortened: its next step.
KEPT_END = 350
STOPPED = "The task was stopped before it could say why. Trigger it again; its log may say more."

log = logging.getLogger(__name__)


class RunNoteListener:
    """Listens for the end of DAG runs (airflow/listeners/spec/dagrun.py)."""

    @hookimpl
    def on_dag_run_success(self, dag_run: DagRun) -> None:
        """What the last task says: the result."""
        _write_note(dag_run, failed=False)

    @hookimpl
    def on_dag_run_failed(self, dag_run: DagRun) -> None:
        """What the failed task says: what went wrong, and of a mapped one what went well, too."""
        _write_note(dag_run, failed=True)


def _write_note(dag_run: DagRun, *, failed: bool) -> None:
    if not dag_run.dag_id.startswith(DAG_IDS):
        return
    try:
        from sqlalchemy.orm import object_session

        session = object_session(dag_run)
        if session is not None:
            with session.no_autoflush:
                sentences = _sentences(session, dag_run, failed=failed) or ([STOPPED] if failed else [])
                if sentences:
                    _save(session, dag_run, _fitted(sentences))
    except Exception:
        log.exception("The note of run %s of %s could not be written.", dag_run.run_id, dag_run.dag_id)


def _fitted(sentences: list[str]) -> str:
    """One Markdown text of at most LONGEST_NOTE characters; messages that do not fit are left out whole.

    A single message that is too long loses its middle, because it ends with the next step.
    """
    messages = [escape(sentence) for sentence in sentences]
    if len(messages[0]) > LONGEST_NOTE:
        start = LONGEST_NOTE - KEPT_END - len(GAP)
        return f"{messages[0][:start]}{GAP}{messages[0][-KEPT_END:]}"
    for number in range(len(messages), 0, -1):
        more = len(messages) - number
        shown = [*messages[:number], *([f"And {more} more: see the tasks of this run."] if more else [])]
        # an empty line keeps them apart
        if len(note := "\n\n".join(shown)) <= LONGEST_NOTE:
            return note
    return messages[0]


def _sentences(session: Session, dag_run: DagRun, *, failed: bool) -> list[str]:
    """The sentences of the last task that failed, or else of the last one that left any; failures first."""
    from airflow.models import TaskInstance
    from airflow.models.xcom import XComModel
    from sqlalchemy import and_, select

    instances = (
        select(
            TaskInstance.task_id,
            TaskInstance.state,
            TaskInstance.map_index,
            TaskInstance.rendered_map_index.label("name"),  # type: ignore[attr-defined]
            XComModel.value,
        )
        .outerjoin(
            XComModel,
            and_(
                XComModel.dag_id == TaskInstance.dag_id,
                XComModel.run_id == TaskInstance.run_id,
                XComModel.task_id == TaskInstance.task_id,
                XComModel.map_index == TaskInstance.map_index,
                XComModel.key == SUMMARY,
            ),
        )
        .where(TaskInstance.dag_id == dag_run.dag_id, TaskInstance.run_id == dag_run.run_id)
        .where(TaskInstance.state.in_(["failed", "success"]))
        .where((TaskInstance.state == "failed") | XComModel.value.is_not(None))
        .order_by(XComModel.timestamp)
    )
    ended = session.execute(instances).all()
    decisive = "failed" if failed else "success"
    last = next((row.task_id for row in reversed(ended) if row.state == decisive), None)
    outcomes = sorted(
        (row for row in ended if row.task_id == last), key=lambda row: (row.state, row.map_index)
    )
    return list(dict.fromkeys(sentence for row in outcomes for sentence in _sentences_of_task(row)))


def _sentences_of_task(row: Any) -> list[str]:
    """The sentences of one task: one, or one for each of its stores."""
    from airflow.models.xcom import XComModel

    if row.value is None:
        return [f"{row.name}: {STOPPED}" if row.name else STOPPED]
    value = XComModel.deserialize_value(row)
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


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
