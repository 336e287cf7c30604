"""Imports what tasks need into a scheduler with LocalExecutor, as it starts: it forks the tasks' processes.

With another executor a scheduler runs no task, so nothing is imported. A Celery worker has a setting for it
(include/preload.py).
"""

from __future__ import annotations

import logging
import multiprocessing
import sys

from airflow.configuration import conf
from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

log = logging.getLogger(__name__)


class PreloadListener:
    """Listens for the start of Airflow's components (airflow/listeners/spec/lifecycle.py)."""

    @hookimpl
    def on_starting(self, component: object) -> None:
        """Import them if it is a scheduler that forks tasks; it starts even if that fails."""
        if type(component).__name__ != "Job" or sys.argv[1:2] != ["scheduler"]:
            return
        if (
            "LocalExecutor" not in conf.get("core", "executor")
            or multiprocessing.get_start_method() != "fork"
        ):
            return
        try:
            import include.preload  # noqa: F401
        except Exception:
            log.exception("What tasks import could not be loaded in advance; each task imports it.")


class PreloadPlugin(AirflowPlugin):
    """Registers the listener."""

    name = "bigcommerce_preload"
    listeners = [PreloadListener()]  # noqa: RUF012 - Airflow reads it so
