"""Records in Airflow's audit log who activated, changed, paused or deactivated a data source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from include import airflow_metadata
from include.crm.data_sources import DataSource
from include.dag_ids import dag_id_of
from include.data_sources.saved_settings import differences

Action = Literal["activate", "update", "deactivate", "pause", "resume", "repair_redirect", "retry_changes"]
NOTHING: Mapping[str, Any] = {}


def record(
    action: Action,
    person: str,
    source: DataSource,
    given: Mapping[str, Any] = NOTHING,
    before: DataSource | None = None,
) -> None:
    """Record the settings given or, with `before`, those that changed; a token never, only that it is new."""
    kept = dict(given)
    if before is not None:
        # a new base URL or token is part of the Connection, not of the settings that are compared
        connection = {name: given[name] for name in ("access_token", "base_url") if given.get(name)}
        kept = {**connection, "changes": differences(before, source)}
    if kept.pop("access_token", ""):
        kept["access_token"] = "entered"  # noqa: S105
    airflow_metadata.record_audit(f"bigcommerce.{action}", person, dag_id_of(source.store_hash), kept)
