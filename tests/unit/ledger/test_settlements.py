"""The next step of what waits because its store accepts nothing at the moment."""

from __future__ import annotations

import pytest

from include.bigcommerce.errors import (
    BigCommerceError,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    TokenRejected,
)
from include.ledger.settlements import SETTLES_ITSELF, until_accepted


@pytest.mark.parametrize(
    "error",
    [
        TokenRejected("The token was rejected.", "Enter a new one."),
        ScopeMissing("The token lacks a scope.", "Enter a new one."),
        RequestRefused("The store is closed (423).", "Enter a new one."),
    ],
)
def test_where_only_a_person_can_help_it_is_theirs(error: BigCommerceError) -> None:
    assert until_accepted(error, SETTLES_ITSELF) == "Enter a new one. It is then retried automatically."


@pytest.mark.parametrize("error", [StoreUnavailable("It is away."), RequestRefused("It refused (404).")])
def test_where_nobody_can_it_settles_itself(error: BigCommerceError) -> None:
    assert until_accepted(error, SETTLES_ITSELF) == SETTLES_ITSELF
