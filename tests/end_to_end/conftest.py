"""Tests of the running Airflow, one for all of them, have a sandbox store each; others open a browser."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from include.local.system import System
from include.sandbox import Sandbox, serve
from tests.support.alert_channels import mail_server
from tests.support.browsers import browser
from tests.support.lineage_receiver import events
from tests.support.running_system import Store, logged_in, person, receiver, system

_numbers = itertools.count(1)


@pytest.fixture
def sandbox(system: System) -> Iterator[Sandbox]:
    """A store of its own with 20 plain products of 3 variants, not yet known to the CRM."""
    yield from _served(system)


@pytest.fixture
def another_sandbox(system: System) -> Iterator[Sandbox]:
    """A second one."""
    yield from _served(system)


def _served(system: System) -> Iterator[Sandbox]:
    """Afterwards it is not there any more, and runs for all stores would wait for it: whoever activated it,
    its data source is inactive then.
    """
    plain = Sandbox(products=20, variants=3, store_hash=f"endtoend{next(_numbers)}", quota=None)
    serving: AbstractContextManager[Sandbox] = serve(plain)
    with serving as store:
        yield store
        Store(system, store).forget()


@pytest.fixture
def store(system: System, sandbox: Sandbox) -> Store:
    """A data source that is active during the test."""
    store = Store(system, sandbox)
    store.activate()
    sandbox.forget_requests()
    return store
