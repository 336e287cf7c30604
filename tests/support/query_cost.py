"""What queries cost, in measures that no load on the machine changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.errors import Diagnostic

from include.crm.database import query

_REMOVED = ("Filter", "Join Filter", "Index Recheck")
_VISITED = ("Actual Rows", *(f"Rows Removed by {by}" for by in _REMOVED))


def pages_read(crm: psycopg.Connection[Any], name: str, **parameters: object) -> int:
    """How many pages of tables and indexes a query reads."""
    for _ in range(2):  # the first time, the planner itself reads the catalogue
        row = crm.execute(b"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + query(name), parameters).fetchone()
        crm.rollback()
    assert row is not None
    plan = (row[0] if isinstance(row[0], list) else json.loads(row[0]))[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@contextmanager
def rows_visited(crm: psycopg.Connection[Any]) -> Iterator[Counter[str]]:
    """How many rows each query of this connection visits meanwhile, by its text; so do foreign keys."""
    visited: Counter[str] = Counter()

    def note(message: Diagnostic) -> None:
        _, is_plan, plan = (message.message_primary or "").partition("plan:\n")
        if is_plan:
            explained = json.loads(plan)
            visited[explained["Query Text"]] += _visited(explained["Plan"])

    crm.execute("LOAD 'auto_explain'")
    settings = {
        "client_min_messages": "log",
        "auto_explain.log_min_duration": "0",
        "auto_explain.log_analyze": "on",
        "auto_explain.log_timing": "off",
        "auto_explain.log_format": "json",
        "auto_explain.log_nested_statements": "on",
    }
    for name, value in settings.items():
        crm.execute("SELECT set_config(%s, %s, false)", [name, value])
    crm.commit()
    crm.add_notice_handler(note)
    try:
        yield visited
    finally:
        crm.remove_notice_handler(note)


def _visited(plan: dict[str, Any]) -> int:
    rows = sum(plan.get(name, 0) for name in _VISITED) * plan["Actual Loops"]
    return int(rows) + sum(map(_visited, plan.get("Plans", ())))
