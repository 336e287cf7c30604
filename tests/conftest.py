"""Airflow's settings for every test, and which tests share a process.

The fixtures of a folder are in its own conftest.py, from tests/support.
Airflow, where a test imports it, finds its home in a temporary folder, never in the one of a person.
"""

from __future__ import annotations

import os
import tempfile

import pytest

# helpers of tests fail as readably as tests; before the first of them is imported
pytest.register_assert_rewrite("tests.support")
from tests.support.project import PROJECT  # noqa: E402

_airflow_home = tempfile.TemporaryDirectory(prefix="airflow-home-")
os.environ["AIRFLOW_HOME"] = _airflow_home.name
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
# Airflow looks for plugins once, whichever test first makes it do so
os.environ.setdefault("AIRFLOW__CORE__PLUGINS_FOLDER", str(PROJECT / "plugins"))


# before pytest-xdist's own hook, which reads the groups: without them every test goes to the next free process,
# and each process starts an Airflow of its own
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With pytest-xdist: what is expensive to start is started in one process, and a file stays together."""
    for item in items:
        uses = getattr(item, "fixturenames", ())
        if "system" in uses:
            group = "one Airflow"
        elif "airflow_metadata" in uses:
            group = "Airflow's database"
        else:
            group = item.location[0]
        item.add_marker(pytest.mark.xdist_group(group))
