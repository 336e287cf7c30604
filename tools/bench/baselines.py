"""What a sync is compared with, in a process of its own: `python -m tools.bench.baselines NAME FOLDER`.

The folder holds the store's pages as it sent them (*.json) and the rows of the CRM's tables (*.copy). bare.py
has those that read the store itself.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
import psycopg
from psycopg import sql

from tools.bench import bare
from tools.bench.meter import measured, peak_memory

CHUNK = 1 << 20


def copy(folder: Path) -> dict[str, float]:
    """COPY the rows of both tables into tables without an index, in one transaction."""
    tables = {file.stem: file.read_bytes() for file in folder.glob("*.copy")}
    with measured() as cost, psycopg.connect(os.environ["CRM_DATABASE_URL"]) as crm:
        for table, rows in tables.items():
            raw, original = sql.Identifier(f"raw_{table}"), sql.Identifier("crm", table)
            crm.execute(sql.SQL("CREATE TABLE {} AS TABLE {} WITH NO DATA").format(raw, original))
            into = sql.SQL("COPY {} FROM STDIN").format(raw)
            with crm.cursor() as cursor, cursor.copy(into) as copying:
                for start in range(0, len(rows), CHUNK):
                    copying.write(rows[start : start + CHUNK])
    return cost


def json_stdlib(folder: Path) -> dict[str, float]:
    """The standard library's parser, with money to the digit."""
    return _parse(folder, lambda body: json.loads(body, parse_float=Decimal))


def json_msgspec(folder: Path) -> dict[str, float]:
    """msgspec into plain dicts and lists, with money to the digit."""
    return _parse(folder, msgspec.json.Decoder(float_hook=Decimal).decode)


def _parse(folder: Path, parse: Callable[[bytes], object]) -> dict[str, float]:
    bodies = [file.read_bytes() for file in sorted(folder.glob("*.json"))]
    with measured() as cost:
        for body in bodies:
            parse(body)
    return cost


if __name__ == "__main__":
    baseline = {
        "COPY": copy,
        "json": json_stdlib,
        "msgspec": json_msgspec,
        "bare reading": bare.reading,
        "bare first sync": bare.first_sync,
    }[sys.argv[1]]
    print(json.dumps({"total": baseline(Path(sys.argv[2])), "peak_memory": peak_memory()}))
