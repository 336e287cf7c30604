"""Imports what forked processes need, once, as the process that forks them starts.

A scheduler with LocalExecutor forks the tasks' processes, the DAG processor one for each parse of a DAG file.
With another executor a scheduler runs no task, so nothing is imported. A Celery worker has a setting for it
(include/preload.py).
"""

from __future__ import annotations

import importlib
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
        """Import what the component's processes need; it starts even if that fails."""
        module = module_for(*sys.argv[1:2]) if type(component).__name__ == "Job" else None
        if module is None:
            return
        try:
            importlib.import_module(module)
        except Exception:
            log.exception("%s could not be imported in advance; each forked process imports it.", module)


def module_for(command: str = "") -> str | None:
    """What is imported into the process that this command of Airflow starts."""
    if command == "dag-processor":
        return "include.preload_dags"
    forks_tasks = "LocalExecutor" in conf.get("core", "executor")
    if command == "scheduler" and forks_tasks and multiprocessing.get_start_method() == "fork":
        return "include.preload"
    return None


class PreloadPlugin(AirflowPlugin):
    """Registers the listener."""

    name = "bigcommerce_preload"
    listeners = [PreloadListener()]  # noqa: RUF012 - Airflow reads it so
