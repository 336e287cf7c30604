"""The Connections of stores and of alerts, and the pools, in Airflow's metadata database."""
# ruff: noqa: AIR311 - this is the Connection of the database; that of airflow.sdk cannot be saved

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from airflow.models import Connection, DagRun, Pool
from airflow.utils.state import DagRunState
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from include.airflow_metadata.errors import TokenNotEncrypted
from include.airflow_metadata.session import metadata_session
from include.connections.store import CONNECTION_PREFIX, store_connection_id
from include.connections.token_address import password_of, token_and_base_url
from include.dag_ids import PRODUCT_SYNC_PREFIX

if TYPE_CHECKING:
    from sqlalchemy import Update
    from sqlalchemy.orm import Session

FORGOTTEN_LATER = "Deactivated: deleted when the last sync of the store has ended"


def save_store_connection(store_hash: str, base_url: str, token: str) -> None:
    """Add or replace the Connection of a store, encrypted with Airflow's Fernet key.

    What an operator put in its extra (proxies, timeout, …) stays. Raises TokenNotEncrypted.
    """
    connection_id = store_connection_id(store_hash)
    with metadata_session() as session:
        connection = session.scalar(select(Connection).where(Connection.conn_id == connection_id))
        if connection is None:
            connection = Connection(conn_id=connection_id)
            session.add(connection)
        connection.conn_type = "http"
        connection.description = _description(store_hash)
        connection.host = base_url
        connection.login = connection.schema = connection.port = None
        connection.set_password(password_of(token, base_url))
        if not connection.is_encrypted:
            raise TokenNotEncrypted


def saved_base_url(store_hash: str) -> str:
    """Where the saved token of a store may be sent; empty if there is no Connection.

    That is not its host, if somebody has changed that without entering the token again.
    """
    with metadata_session() as session:
        found = select(Connection).where(Connection.conn_id == store_connection_id(store_hash))
        connection = session.scalar(found)
        if connection is None:
            return ""
        return token_and_base_url(connection.password or "")[1] or connection.host or ""


def forget_later(store_hash: str) -> None:
    """Have the Connection of a store deleted when the last run of its DAG has ended (forget_unused)."""
    with metadata_session() as session:
        session.execute(_describe(store_hash, FORGOTTEN_LATER))


def keep_store_connection(store_hash: str) -> bool:
    """Undo `forget_later`; False if the Connection is already gone."""
    with metadata_session() as session:
        kept = _describe(store_hash, _description(store_hash)).returning(Connection.id)
        return session.scalar(kept) is not None


def forget_unused(session: Session, ended_run_id: int) -> None:
    """Delete the Connections to be forgotten whose DAG has no queued or running run; commits nothing.

    `ended_run_id`: the DAG run that is just ending, whose new state may not be in the database yet.
    """
    is_active = exists().where(
        DagRun.dag_id == func.replace(Connection.conn_id, CONNECTION_PREFIX, PRODUCT_SYNC_PREFIX),
        DagRun.state.in_([DagRunState.QUEUED, DagRunState.RUNNING]),
        DagRun.id != ended_run_id,
    )
    unused = select(Connection.id).where(Connection.description == FORGOTTEN_LATER, ~is_active)
    unused = unused.with_for_update(skip_locked=True)  # the scheduler waits for nobody
    session.execute(
        delete(Connection).where(Connection.id.in_(unused)), execution_options={"synchronize_session": False}
    )


def _describe(store_hash: str, description: str) -> Update:
    mine = update(Connection).where(Connection.conn_id == store_connection_id(store_hash))
    return mine.values(description=description)


def _description(store_hash: str) -> str:
    return f"BigCommerce store {store_hash}"


def delete_store_connection(store_hash: str) -> None:
    """Forget the access token of a store; nothing happens if there is none."""
    with metadata_session() as session:
        session.execute(delete(Connection).where(Connection.conn_id == store_connection_id(store_hash)))


def save_alert_connection(connection_id: str, extra: Mapping[str, object]) -> None:
    """Add or replace the Connection for alerts, encrypted as that of a store. Raises TokenNotEncrypted."""
    with metadata_session() as session:
        connection = session.scalar(select(Connection).where(Connection.conn_id == connection_id))
        if connection is None:
            connection = Connection(conn_id=connection_id, description="BigCommerce alerts")
            session.add(connection)
        connection.conn_type = "apprise"
        connection.set_extra(json.dumps(extra))
        if not connection.is_extra_encrypted:
            raise TokenNotEncrypted


def saved_alert_extra(connection_id: str) -> dict[str, object] | None:
    """The extra of the Connection for alerts in this database; None if there is none."""
    with metadata_session() as session:
        connection = session.scalar(select(Connection).where(Connection.conn_id == connection_id))
        if connection is None:
            return None
        extra = connection.extra_dejson
        return extra if isinstance(extra, dict) else {}


def add_pool(name: str, slots: int, description: str) -> None:
    """Make a pool if there is none of that name; one that an operator has changed stays as it is."""
    with metadata_session() as session:
        pool = insert(Pool).values(pool=name, slots=slots, description=description, include_deferred=False)
        session.execute(pool.on_conflict_do_nothing())
