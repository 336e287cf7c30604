"""Sessions of Airflow's metadata database, whose errors say what is wrong and who can fix it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from include.database_errors import Database, DatabaseError, DatabaseUnavailable, explain

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

METADATA = Database("Airflow metadata", "[database] sql_alchemy_conn")


@contextmanager
def metadata_session() -> Iterator[Session]:
    """A session that commits at the end, or rolls back on an error. Raises DatabaseError."""
    from airflow.utils.session import create_session

    with explained_metadata_errors(), create_session() as session:
        yield session


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Run the block alone: another that gives the same name waits, in any process. Raises DatabaseError.

    The lock has a transaction of its own: functions of Airflow commit the session that they work with.
    """
    from airflow.utils.session import create_session

    with explained_metadata_errors(), create_session(scoped=False) as session:
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
        yield


@contextmanager
def explained_metadata_errors() -> Iterator[None]:
    """Raise a DatabaseError in place of SQLAlchemy's, where it is not our defect."""
    try:
        yield
    except SQLAlchemyError as error:
        if explained := explain_metadata_error(error):
            raise explained from error
        raise


def explain_metadata_error(error: SQLAlchemyError) -> DatabaseError | None:
    """The DatabaseError that one of SQLAlchemy's stands for; None for a defect of the program."""
    if isinstance(error, PoolTimeoutError):
        return DatabaseUnavailable(f"All connections to the {METADATA.name} database are in use.")
    if isinstance(error, DBAPIError) and error.orig is not None:
        # without a SQLSTATE the driver never got as far as a query
        return explain(error.orig, METADATA, connecting=not getattr(error.orig, "pgcode", None))
    return None
