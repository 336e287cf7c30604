"""Reads and adds entries of Airflow's audit log (Browse > Audit Log): who did what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow.models import Log
from sqlalchemy import and_, or_, select

from include.airflow_metadata.session import metadata_session

# What our events begin with in the log.
OUR_EVENTS = "bigcommerce."
# What Airflow's own pages record when somebody pauses or unpauses a DAG there.
DAG_PATCHED = "patch_dag"


@dataclass(frozen=True)
class AuditEntry:
    """One entry: `event` is "bigcommerce.…" or DAG_PATCHED, `extra` what was recorded about it."""

    at: datetime
    user_name: str
    event: str
    extra: dict[str, Any]


def record_audit(event: str, user_name: str, dag_id: str | None, extra: Mapping[str, object]) -> None:
    """Add an entry, e.g. event "bigcommerce.activate"; `extra` holds no secret."""
    with metadata_session() as session:
        session.add(Log(event, owner=user_name, owner_display_name=user_name, dag_id=dag_id,
                        extra=json.dumps(extra, default=str)))  # fmt: skip


def audit_entries(
    dag_id: str, shared_dag_id: str, store_hash: str, *, before: datetime, limit: int, without: str
) -> list[AuditEntry]:
    """Our entries about a store, newest first: those of its DAG, and those of a shared DAG that name it.

    Entries of the event `without` are skipped.
    """
    ours = Log.event.startswith(OUR_EVENTS, autoescape=True)
    named = Log.extra.contains(f'"store": {json.dumps(store_hash)}', autoescape=True)
    query = (
        select(Log.dttm, Log.owner_display_name, Log.owner, Log.event, Log.extra)
        .where(
            or_(
                and_(Log.dag_id == dag_id, or_(ours, Log.event == DAG_PATCHED)),
                and_(Log.dag_id == shared_dag_id, ours, named),
            )
        )
        .where(Log.dttm < before, Log.event != without)
        .order_by(Log.dttm.desc())
        .limit(limit)
    )
    with metadata_session() as session:
        return [
            AuditEntry(at, display_name or owner or "", event, _read(extra))
            for at, display_name, owner, event, extra in session.execute(query)
        ]


def _read(extra: str | None) -> dict[str, Any]:
    """The extra of an entry; anything, because Airflow's own entries have no fixed form."""
    try:
        read = json.loads(extra or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
