"""What a query costs, in a measure that no load on the machine changes."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from include.crm.database import query


def pages_read(crm: psycopg.Connection[Any], name: str, **parameters: object) -> int:
    """How many pages of tables and indexes a query reads."""
    for _ in range(2):  # the first time, the planner itself reads the catalogue
        row = crm.execute(b"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + query(name), parameters).fetchone()
        crm.rollback()
    assert row is not None
    plan = (row[0] if isinstance(row[0], list) else json.loads(row[0]))[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
