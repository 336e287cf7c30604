"""Airflow's own web application in this process, with our plugins; pages are visited through it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal


@pytest.fixture(scope="session")
def airflow_app(airflow_metadata: str) -> Iterator[Any]:
    """Airflow's web application with our plugins."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
        patch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "s" * 64)
        from airflow.api_fastapi.app import create_app, purge_cached_app

        app = create_app(apps="core")
        gc.freeze()  # as in tests/conftest.py: it is large, and stays
        yield app
        purge_cached_app()


@pytest.fixture(scope="session")
def event_loop() -> Iterator[BlockingPortal]:
    """The event loop in which all visitors are served; else each request starts one, and threads for it."""
    with start_blocking_portal() as event_loop:
        yield event_loop
