"""Makes sure that only one sync of a data source works at a time, no matter who started it.

An advisory lock of a transaction, which also holds behind a connection pooler and ends with the connection,
however the process ends. The connection must be one of its own: the lock goes with its next commit.
"""

from __future__ import annotations

from contextlib import suppress

import psycopg

from include.crm.database import Connection, fetch_one
from include.crm.session import unlimit


def lock(crm: Connection, data_source_id: int) -> bool:
    """Take the lock until this connection's transaction ends; False if another sync has it.

    A connection that has the lock may take it once more. Raises psycopg.OperationalError if the connection
    broke, and with it the lock.
    """
    unlimit(crm)
    row = fetch_one(crm, "sync_runs/lock", data_source_id=data_source_id)
    assert row is not None
    return bool(row["locked"])


def release(crm: Connection) -> None:
    """Give the lock back before the connection is closed.

    Closing alone frees it only when the server notices, and the sync's next step would find it taken.
    """
    # a connection that broke holds no lock any more, and must not hide the error that broke it
    with suppress(psycopg.OperationalError):
        crm.rollback()
