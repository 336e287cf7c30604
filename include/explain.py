"""What went wrong and what to do next, in a sentence for people; never a value from a database or a store."""

from __future__ import annotations

import psycopg

from include.bigcommerce.errors import BigCommerceError
from include.connections import ConnectionMissing
from include.crm.data_sources import NoDataSource


def explain(error: BaseException, doing: str, *speaking: type[Exception]) -> str:
    """The sentence for an error met while `doing` something, e.g. "publishing".

    Errors of the store, of Connections and of data sources speak for themselves, and so do those of the
    classes `speaking`.
    """
    if isinstance(error, (BigCommerceError, ConnectionMissing, NoDataSource, *speaking)):
        return str(error)
    if isinstance(error, psycopg.OperationalError):
        return (
            f"The CRM database did not answer while {doing}. Nothing is half-done; it is tried again by "
            "itself. If it goes on, tell whoever looks after the database."
        )
    return (
        f"It stopped while {doing} because of an error in the program itself ({type(error).__name__}). "
        "Nothing is half-done; show this task's log to whoever looks after Airflow."
    )
