"""Who did what: entries of Airflow's audit log (Browse > Audit Log)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from airflow.models import Log

from include.airflow_metadata.session import metadata_session


def record_audit(event: str, user_name: str, dag_id: str | None, extra: Mapping[str, object]) -> None:
    """Add an entry, e.g. event "bigcommerce.activate"; `extra` holds no secret."""
    with metadata_session() as session:
        session.add(Log(event, owner=user_name, owner_display_name=user_name, dag_id=dag_id,
                        extra=json.dumps(extra, default=str)))  # fmt: skip
