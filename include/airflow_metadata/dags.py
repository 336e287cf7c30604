"""DAGs and their runs, in Airflow's metadata database: look at them, start one, have a DAG file parsed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.api.common.mark_tasks import set_dag_run_state_to_failed
from airflow.api.common.trigger_dag import trigger_dag
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.models import DagModel, DagRun
from airflow.models.dagbag import DagPriorityParsingRequest, DBDagBag
from airflow.utils.state import DagRunState
from airflow.utils.types import DagRunTriggeredByType
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from include.airflow_metadata.errors import CannotStart
from include.airflow_metadata.session import metadata_session, one_at_a_time
from include.markdown import escape, unescape

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class DagStatus:
    """How Airflow has a DAG; `next_run_at` is None without a schedule."""

    is_paused: bool
    next_run_at: datetime | None


@dataclass(frozen=True)
class RunStatus:
    """A DAG run: `state` is queued, running, success or failed; `note` is what our DAGs say at the end.

    `conf` holds the Params that it was started with.
    """

    state: str
    note: str
    conf: Mapping[str, Any] = field(default_factory=dict)


def active_runs(dag_id_prefix: str) -> dict[str, list[str]]:
    """The ids of queued and running runs, oldest first, of all DAGs whose id begins so, by dag id."""
    query = (
        select(DagRun.dag_id, DagRun.run_id)
        .where(DagRun.dag_id.startswith(dag_id_prefix, autoescape=True))
        .where(DagRun.state.in_([DagRunState.QUEUED, DagRunState.RUNNING]))
        .order_by(DagRun.id)
    )
    runs: dict[str, list[str]] = defaultdict(list)
    with metadata_session() as session:
        for dag_id, run_id in session.execute(query):
            runs[dag_id].append(run_id)
    return runs


def dag_statuses(dag_id_prefix: str) -> dict[str, DagStatus]:
    """The DAGs that Airflow shows, by dag id, whose id begins with `dag_id_prefix`."""
    query = (
        select(DagModel.dag_id, DagModel.is_paused, DagModel.next_dagrun_create_after)
        .where(DagModel.dag_id.startswith(dag_id_prefix, autoescape=True))
        .where(~DagModel.is_stale)
    )
    with metadata_session() as session:
        return {
            dag_id: DagStatus(is_paused, next_run_at)
            for dag_id, is_paused, next_run_at in session.execute(query)
        }


def start_run(dag_id: str, conf: Mapping[str, object], user_name: str, *, alone: bool = False) -> str:
    """Start a run of a DAG for a user, with these Params; its run id. Raises CannotStart.

    `alone`: only if no other run is queued or running, even if two people start one at the same moment.
    """
    # the second of two people looks for runs only after the first has started one
    with one_at_a_time(dag_id) if alone else nullcontext(), metadata_session() as session:
        dag = session.get(DagModel, dag_id)
        if dag is None or dag.is_stale:
            raise CannotStart(
                f"Airflow does not list the DAG {dag_id} yet.",
                "Try again in half a minute. If it is still missing, ask your administrator to check the DAG "
                "processor.",
            )
        if dag.is_paused:
            raise CannotStart(
                f"The DAG {dag_id} is paused in Airflow, so nothing would happen.", "Unpause it there first."
            )
        if alone and _has_active_run(session, dag_id):
            raise CannotStart(
                "A sync of this store is already queued or running.", "Wait until it has finished."
            )
        run = trigger_dag(
            dag_id,
            triggered_by=DagRunTriggeredByType.UI,
            triggering_user_name=user_name,
            conf=dict(conf),
            session=session,
        )
        assert run is not None
        return str(run.run_id)


def _has_active_run(session: Session, dag_id: str) -> bool:
    active = DagRun.state.in_([DagRunState.QUEUED, DagRunState.RUNNING])
    return session.scalar(select(DagRun.id).where(DagRun.dag_id == dag_id, active).limit(1)) is not None


def cancel_runs(dag_id: str, note: str) -> list[str]:
    """End all queued and running runs of a DAG as failed, with this note; their run ids.

    A task that runs is stopped by its supervisor at the next heartbeat, within seconds.
    """
    query = (
        select(DagRun)
        .where(DagRun.dag_id == dag_id, DagRun.state.in_([DagRunState.QUEUED, DagRunState.RUNNING]))
        .order_by(DagRun.id)
    )
    with metadata_session() as session:
        runs = session.scalars(query).all()
        for run in runs:
            if dag := DBDagBag().get_dag_for_run(run, session=session):
                set_dag_run_state_to_failed(dag=dag, run_id=run.run_id, commit=True, session=session)
            else:  # it has no tasks yet
                run.set_state(DagRunState.FAILED)
            run.note = escape(note)
        return [str(run.run_id) for run in runs]


def run_status(dag_id: str, run_id: str) -> RunStatus | None:
    """How a DAG run stands; None if there is none."""
    query = select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
    with metadata_session() as session:
        run = session.scalar(query)
        return RunStatus(str(run.state), unescape(run.note or ""), run.conf or {}) if run else None


def request_reparse(dag_file: str) -> None:
    """Ask the DAG processor to parse a DAG file at once rather than within min_file_process_interval.

    The same request as `PUT /api/v2/parseDagFile/{file_token}`, which cannot be made for a file that has no
    DAG yet (airflow/api_fastapi/core_api/routes/public/dag_parsing.py).
    """
    with metadata_session() as session:
        known = select(DagModel.bundle_name).where(DagModel.relative_fileloc == dag_file).distinct()
        bundles = [name for name in session.scalars(known) if name] or list(_bundles_with(dag_file))
        for bundle in bundles:
            request = insert(DagPriorityParsingRequest).values(bundle_name=bundle, relative_fileloc=dag_file)
            session.execute(request.on_conflict_do_nothing())


def _bundles_with(dag_file: str) -> Iterator[str]:
    for bundle in DagBundlesManager().get_all_dag_bundles():  # type: ignore[no-untyped-call]
        if (bundle.path / dag_file).exists():
            yield bundle.name
