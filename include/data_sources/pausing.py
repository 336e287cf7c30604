"""Pauses a data source, of which everything is kept, and resumes it.

While it is paused, no sync is scheduled, none of its orders is sent, and there are no alerts about it. People
may still start a sync, for instance to see whether a problem is solved. Orders wait, and the first push after
the pause sends them.
"""

from __future__ import annotations

from include import airflow_metadata
from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.data_sources import audit
from include.data_sources.dag_registry import DAG_FILE
from include.data_sources.errors import NotActive


def pause(crm: Connection, held: DataSource, person: str) -> DataSource:
    """Pause an active data source; if it is paused already, it stays so. Raises NotActive."""
    data_sources.pause(crm, held.store_hash, person)
    return _saved(crm, held, "pause", person)


def resume(crm: Connection, held: DataSource, person: str) -> DataSource:
    """End the pause, if there is one; an automatic sync that is due starts at once. Raises NotActive."""
    data_sources.resume(crm, held.store_hash)
    return _saved(crm, held, "resume", person)


def _saved(crm: Connection, held: DataSource, action: audit.Action, person: str) -> DataSource:
    source = data_sources.required(crm, held.store_hash)
    if source.state != "active":
        raise NotActive(source.store_name)
    crm.commit()
    airflow_metadata.request_reparse(DAG_FILE)  # the schedule changes
    audit.record(action, person, source)
    return source
