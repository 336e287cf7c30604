"""Makes our pools when a scheduler starts, because it silently never starts a task whose pool is missing.

A new version may need another pool, and somebody may delete one.
"""

from __future__ import annotations

import logging
import sys

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

log = logging.getLogger(__name__)


class PoolsListener:
    """Listens for the start of Airflow's components (airflow/listeners/spec/lifecycle.py)."""

    @hookimpl
    def on_starting(self, component: object) -> None:
        """Make the pools if it is a scheduler; it starts even if that fails.

        The Job does not know yet which component it is. A task that was forked from the scheduler is no Job.
        """
        if type(component).__name__ != "Job" or sys.argv[1:2] != ["scheduler"]:
            return
        try:
            from include.data_sources.pools import make_pools

            make_pools()
        except Exception:
            log.exception("The pools of the BigCommerce tasks could not be made.")


class PoolsPlugin(AirflowPlugin):
    """Registers the listener."""

    name = "bigcommerce_pools"
    listeners = [PoolsListener()]  # noqa: RUF012 - Airflow reads it so
