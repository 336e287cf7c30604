"""Airflow's settings for every test, and the fixtures of tests/support.

Airflow, where a test imports it, finds its home in a temporary folder, never in the one of a person.
"""

from __future__ import annotations

import os
import tempfile

from tests.support.project import PROJECT

_airflow_home = tempfile.TemporaryDirectory(prefix="airflow-home-")
os.environ.setdefault("AIRFLOW_HOME", _airflow_home.name)
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
# Airflow looks for plugins once, whichever test first makes it do so
os.environ.setdefault("AIRFLOW__CORE__PLUGINS_FOLDER", str(PROJECT / "plugins"))

# pytest imports these after this module, so that Airflow finds the settings above
pytest_plugins = [
    "tests.support.databases",
    "tests.support.statsd_receiver",
    "tests.support.store_clients",
    "tests.support.sandbox_visits",
    "tests.support.crm_rows",
    "tests.support.crm_past",
    "tests.support.active_store",
    "tests.support.ordering_store",
    "tests.support.command_line",
    "tests.support.alert_channels",
    "tests.support.page_visitors",
]
