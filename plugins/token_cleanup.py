"""Deletes the access token of a deactivated store when its last sync has ended.

*Deactivate* marks the store's Connection, unless it can delete it at once. This listener runs in the
scheduler at the end of each run of our DAGs. One of them, the monitoring, ends every few minutes, so what is
missed once is found soon. It reads and writes Airflow's metadata database only, inside the transaction that
ends the run; it commits nothing, and never raises.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

from include.dag_ids import DAG_IDS

if TYPE_CHECKING:
    from airflow.models import DagRun

log = logging.getLogger(__name__)


class TokenCleanupListener:
    """Listens for the end of DAG runs (airflow/listeners/spec/dagrun.py)."""

    @hookimpl
    def on_dag_run_success(self, dag_run: DagRun) -> None:
        """The run may have been the last of its store."""
        _forget_unused(dag_run)

    @hookimpl
    def on_dag_run_failed(self, dag_run: DagRun) -> None:
        """The same: a run that failed has ended, too."""
        _forget_unused(dag_run)


def _forget_unused(dag_run: DagRun) -> None:
    if not dag_run.dag_id.startswith(DAG_IDS):
        return
    try:
        from sqlalchemy.orm import object_session

        from include.airflow_metadata import forget_unused

        session = object_session(dag_run)
        if session is not None:
            with session.no_autoflush:
                forget_unused(session, dag_run.id)
    except Exception:
        log.exception("Access tokens that are no longer needed could not be deleted.")


class TokenCleanupPlugin(AirflowPlugin):
    """Registers the listener."""

    name = "token_cleanup"
    listeners = [TokenCleanupListener()]  # noqa: RUF012 - Airflow reads it so
