"""The store of tests of refunds: it has orders of the CRM, and mirrors what becomes of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.refunding_store import RefundingStore


@pytest.fixture
def store(refunding: Callable[..., RefundingStore]) -> RefundingStore:
    return refunding()
