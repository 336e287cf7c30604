"""Calls as BigCommerce makes them, and what the CRM has kept of them."""

from __future__ import annotations

import itertools
import json
from typing import Any

import psycopg
from psycopg import sql

from include.store_hooks.secret import digest_of

SECRET = "a-secret-that-nobody-may-see"
_numbers = itertools.count(1)


def add_hook(crm: psycopg.Connection[Any], store_hash: str = "tea", **columns: object) -> None:
    """An active data source whose hooks have SECRET; `columns` are of crm.data_source."""
    columns = {"store_hash": store_hash, "store_name": "Tea Shop", **columns}
    statement = sql.SQL("INSERT INTO crm.data_source ({}) VALUES ({}) RETURNING data_source_id").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(map(sql.Placeholder, columns)),
    )
    [source_id] = crm.execute(statement, columns).fetchone() or [0]
    crm.execute(
        "INSERT INTO crm.store_hook (data_source_id, destination, secret_digest, is_active) "
        "VALUES (%s, 'https://airflow.example.com/data-sources/hooks/tea', %s, true)",
        [source_id, digest_of(SECRET)],
    )
    crm.commit()


def event(store_hash: str = "tea", product_id: int = 205, **changes: object) -> bytes:
    """The body of a call; each has another hash."""
    whole = {
        "producer": f"stores/{store_hash}",
        "store_id": "1025646",
        "scope": "store/product/updated",
        "created_at": 1561488106,
        "hash": f"{next(_numbers):040x}",
        "data": {"type": "product", "id": product_id},
    }
    return json.dumps({**whole, **changes}).encode()


def hints(crm: psycopg.Connection[Any]) -> list[tuple[str, int]]:
    """The hints that were kept: subject and id, oldest first."""
    crm.rollback()
    cursor = crm.execute("SELECT subject, bigcommerce_id FROM crm.change_hint ORDER BY change_hint_id")
    return [(subject, bigcommerce_id) for subject, bigcommerce_id in cursor]
