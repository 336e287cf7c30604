"""What server-side code (the command line, a page in Airflow's UI) does in Airflow's own metadata database.

Never imported by a DAG file or a task: those have no access to that database.
"""
# ruff: noqa: AIR311 - this is the Connection of the database; that of airflow.sdk cannot be saved

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.models import Connection, DagModel, DagRun, Pool
from airflow.models.dagbag import DagPriorityParsingRequest
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from include.connections import store_connection_id


class TokenNotEncrypted(Exception):
    """Airflow would keep the access token as plain text; nothing was saved."""


@dataclass(frozen=True)
class ActiveRun:
    """A DAG run that is queued or running."""

    run_id: str
    is_queued: bool
    queued_at: datetime | None


def save_store_connection(store_hash: str, base_url: str, token: str) -> None:
    """Add or replace the Connection of a store, encrypted with Airflow's Fernet key.

    What an operator put in its extra (proxies, timeout, …) stays. Raises TokenNotEncrypted.
    """
    connection_id = store_connection_id(store_hash)
    with create_session() as session:
        connection = session.scalar(select(Connection).where(Connection.conn_id == connection_id))
        if connection is None:
            connection = Connection(conn_id=connection_id)
            session.add(connection)
        connection.conn_type = "http"
        connection.description = f"BigCommerce store {store_hash}"
        connection.host = base_url
        connection.login = connection.schema = connection.port = None
        connection.set_password(token)
        if not connection.is_encrypted:
            raise TokenNotEncrypted(
                "Airflow has no Fernet key to encrypt the access token. Set [core] fernet_key."
            )


def saved_base_url(store_hash: str) -> str:
    """Where the saved Connection of a store leads to; empty if there is none."""
    with create_session() as session:
        host = select(Connection.host).where(Connection.conn_id == store_connection_id(store_hash))
        return session.scalar(host) or ""


def delete_store_connection(store_hash: str) -> None:
    """Forget the access token of a store; nothing happens if there is none."""
    with create_session() as session:
        session.execute(delete(Connection).where(Connection.conn_id == store_connection_id(store_hash)))


def add_pool(name: str, slots: int, description: str) -> None:
    """Make a pool if there is none of that name; one that an operator has changed stays as it is."""
    with create_session() as session:
        pool = insert(Pool).values(pool=name, slots=slots, description=description, include_deferred=False)
        session.execute(pool.on_conflict_do_nothing())


def active_runs(dag_id_prefix: str) -> dict[str, list[ActiveRun]]:
    """Queued and running runs by dag id, oldest first, of all DAGs whose id begins with `dag_id_prefix`."""
    query = (
        select(DagRun.dag_id, DagRun.run_id, DagRun.state, DagRun.queued_at)
        .where(DagRun.dag_id.startswith(dag_id_prefix, autoescape=True))
        .where(DagRun.state.in_([DagRunState.QUEUED, DagRunState.RUNNING]))
        .order_by(DagRun.id)
    )
    runs: dict[str, list[ActiveRun]] = defaultdict(list)
    with create_session() as session:
        for dag_id, run_id, state, queued_at in session.execute(query):
            runs[dag_id].append(ActiveRun(run_id, state == DagRunState.QUEUED, queued_at))
    return runs


def request_reparse(dag_file: str) -> None:
    """Ask the DAG processor to parse a DAG file at once rather than within min_file_process_interval.

    The same request as `PUT /api/v2/parseDagFile/{file_token}`, which cannot be made for a file that has no
    DAG yet (airflow/api_fastapi/core_api/routes/public/dag_parsing.py).
    """
    with create_session() as session:
        known = select(DagModel.bundle_name).where(DagModel.relative_fileloc == dag_file).distinct()
        bundles = [name for name in session.scalars(known) if name] or list(_bundles_with(dag_file))
        for bundle in bundles:
            request = insert(DagPriorityParsingRequest).values(bundle_name=bundle, relative_fileloc=dag_file)
            session.execute(request.on_conflict_do_nothing())


def _bundles_with(dag_file: str) -> Iterator[str]:
    for bundle in DagBundlesManager().get_all_dag_bundles():  # type: ignore[no-untyped-call]
        if (bundle.path / dag_file).exists():
            yield bundle.name
