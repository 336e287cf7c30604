"""Airflow's settings for every test, where tests keep files, their order, and which share a process.

The fixtures of a folder are in its own conftest.py, from tests/support. Here are those of a whole process,
because each folder that imported them would start a Postgres of its own.
Airflow, where a test imports it, finds its home in a temporary folder, never in the one of a person.
"""

from __future__ import annotations

import gc
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# an example that takes long says that the machine is busy, and nothing about the code
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
# helpers of tests fail as readably as tests; before the first of them is imported
pytest.register_assert_rewrite("tests.support")
from tests.support.databases import (  # noqa: E402
    airflow_metadata,
    crm_template,
    fillable_metadata,
    metadata,
    postgres,
    server,
)
from tests.support.project import PROJECT  # noqa: E402
from tests.support.web_application import airflow_app, event_loop  # noqa: E402

# An ordinary disk takes ten times as long to copy a database; 0.3 s of CPU for each test, all in all minutes.
_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own in it
_NEEDED_BYTES = 4 * 1024**3


def _is_large(memory: Path) -> bool:
    """Whether all files of the tests fit there, and programs among them may run."""
    if not memory.is_dir():
        return False
    found = os.statvfs(memory)
    return found.f_bavail * found.f_frsize > _NEEDED_BYTES and not found.f_flag & os.ST_NOEXEC


if "TMPDIR" not in os.environ and _is_large(_MEMORY):
    os.environ["TMPDIR"] = str(_MEMORY)
    tempfile.tempdir = None  # it is read anew

# The files that take longest, longest first, so that all processes end at about the same time. Those that
# stay together come before them. A file in this list shares nothing with others.
LONGEST = (
    "end_to_end/local/test_demo.py",
    "end_to_end/plugins/data_sources_page/test_permissions_fab.py",
    "integration/order_push/test_faults.py",
    "end_to_end/test_preload.py",
    "integration/product_sync/test_load.py",
    "end_to_end/test_deploy.py",
    "integration/backup/test_restore.py",
    "integration/product_sync/test_steps.py",
    "integration/order_refunds/test_faults.py",
    "integration/store_changes/test_random_changes.py",
    "integration/product_sync/test_product_digests.py",
    "unit/bigcommerce/test_page_size.py",
    "end_to_end/checkout/test_redirect_script.py",
    "end_to_end/plugins/data_sources_page/test_script_behaviour.py",
    "integration/order_refunds/test_outage.py",
    "end_to_end/test_production_image.py",
    "unit/order_updates/test_no_change_is_missed.py",
    "unit/bigcommerce/test_metafield_isolation.py",
    "unit/bigcommerce/test_faults.py",
)
TOGETHER = RUNNING_AIRFLOW, WEB_APPLICATION = "the one running Airflow", "Airflow's web application"
_TESTS = PROJECT / "tests"
# Folders whose own files share something, but for those above.
_SHARING = {
    _TESTS / "end_to_end": RUNNING_AIRFLOW,
    _TESTS / "end_to_end" / "plugins" / "data_sources_page": WEB_APPLICATION,
    _TESTS / "integration" / "plugins" / "data_sources_page": WEB_APPLICATION,
}
_PLACES = {_TESTS / file: place for place, file in enumerate(LONGEST)}

# A shell makes what it starts in the background ignore SIGINT, and so would all that tests start and stop.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_airflow_home = tempfile.TemporaryDirectory(prefix="airflow-home-")
os.environ["AIRFLOW_HOME"] = _airflow_home.name
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
os.environ.setdefault("BIGCOMMERCE_ALLOW_LOOPBACK", "true")  # the sandbox stores
# Airflow looks for plugins once, whichever test first makes it do so
os.environ.setdefault("AIRFLOW__CORE__PLUGINS_FOLDER", str(PROJECT / "plugins"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest; processes take files in the order of the collection."""
    items.sort(key=lambda item: _place(item.path))


def _place(file: Path) -> int:
    together = _together(file)
    return TOGETHER.index(together) - len(TOGETHER) if together else _PLACES.get(file, len(_PLACES))


def _together(file: Path) -> str | None:
    """What the tests of this file share with those of others, and would start once more in each process."""
    return None if file in _PLACES else _SHARING.get(file.parent)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for garbage seldom, and only in what the tests make: what is imported takes seconds of CPU."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 50)
        gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Says which tests share a process where `--numprocesses` has several.

    Not by marks of `--dist loadgroup`: pytest-xdist 3.8 writes them to an attribute that pytest 9.2 does not
    have, so they have no effect there.
    """
    return FilesTogether(config, log)


class FilesTogether(LoadScopeScheduling):
    """A file's tests stay together, and so do those of files that share what takes long to start."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return _together(PROJECT / file) or file
