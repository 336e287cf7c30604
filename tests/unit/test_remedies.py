"""Each error is of one of four groups, by what somebody must do about it."""

from __future__ import annotations

import psycopg
import pytest

from include.bigcommerce.errors import (
    QuotaExhausted,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    TokenRejected,
    UnexpectedResponse,
)
from include.connections import ConnectionMissing
from include.crm.data_sources import NoDataSource
from include.monitoring.errors import ChannelUnusable
from include.order_push.errors import FoundTwice
from include.product_sync.errors import MassRemoval
from include.remedies import Remedy, remedy
from include.tasks.run_step import UnknownParameter


@pytest.mark.parametrize(
    ("error", "group"),
    [
        (TokenRejected("no"), "credentials"),
        (ScopeMissing("no"), "credentials"),
        (ConnectionMissing("no"), "credentials"),
        (RequestRefused("no"), "data"),
        (MassRemoval(1, 3), "data"),
        (FoundTwice("Tea Shop"), "data"),
        (UnknownParameter("no"), "data"),
        (NoDataSource("tea1"), "data"),
        (ChannelUnusable("no"), "data"),
        (QuotaExhausted("no"), "wait"),
        (StoreUnavailable("no"), "wait"),
        (psycopg.OperationalError("no"), "wait"),
        (UnexpectedResponse("no"), "unknown"),
        (KeyError("a slip of ours"), "unknown"),
    ],
    ids=lambda given: given if isinstance(given, str) else type(given).__name__,
)
def test_an_error_says_what_to_do(error: Exception, group: Remedy) -> None:
    assert remedy(error) == group
