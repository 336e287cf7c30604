"""What somebody must do about an error: the four groups that the whole project sorts errors into."""

from __future__ import annotations

from typing import Literal

import psycopg

from include.bigcommerce.errors import CredentialsError, RequestRefused, TryLater
from include.connections import ConnectionMissing
from include.crm.data_sources import NoDataSource

Remedy = Literal["credentials", "data", "wait", "unknown"]


class NeedsDecision(Exception):
    """Trying again does not help: somebody has to look at it, and mend the data or decide."""


def remedy(error: BaseException) -> Remedy:
    """Fix the `credentials`, fix the `data` or decide, `wait` for the next try, or find out (`unknown`)."""
    if isinstance(error, (CredentialsError, ConnectionMissing)):
        return "credentials"
    if isinstance(error, (RequestRefused, NeedsDecision, NoDataSource)):
        return "data"
    if isinstance(error, (TryLater, psycopg.OperationalError)):
        return "wait"
    return "unknown"
