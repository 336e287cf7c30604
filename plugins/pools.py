"""Makes our pools when Airflow starts, which never starts a task whose pool is missing, and does not say so.

A new version may need another pool, and somebody may delete one.
"""

from __future__ import annotations

import logging

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

log = logging.getLogger(__name__)


class PoolsListener:
    """Listens for the start of Airflow's components (airflow/listeners/spec/lifecycle.py)."""

    @hookimpl
    def on_starting(self, component: object) -> None:
        """Make the pools, unless it is a task, which has no access to Airflow's database.

        The component, be it scheduler, DAG processor or triggerer, starts even if that fails.
        """
        if type(component).__name__ != "Job":
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
