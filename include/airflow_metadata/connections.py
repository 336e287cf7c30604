"""Stores' Connections and our pool, in Airflow's metadata database."""
# ruff: noqa: AIR311 - this is the Connection of the database; that of airflow.sdk cannot be saved

from __future__ import annotations

import json
from collections.abc import Mapping

from airflow.models import Connection, Pool
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from include.airflow_metadata.errors import TokenNotEncrypted
from include.airflow_metadata.session import metadata_session
from include.connections import store_connection_id


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
        connection.description = f"BigCommerce store {store_hash}"
        connection.host = base_url
        connection.login = connection.schema = connection.port = None
        connection.set_password(token)
        if not connection.is_encrypted:
            raise TokenNotEncrypted


def saved_base_url(store_hash: str) -> str:
    """Where the saved Connection of a store leads to; empty if there is none."""
    with metadata_session() as session:
        host = select(Connection.host).where(Connection.conn_id == store_connection_id(store_hash))
        return session.scalar(host) or ""


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
