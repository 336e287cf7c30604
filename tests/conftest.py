"""Airflow's settings for every test, where tests keep files, and which of them share a process.

The fixtures of a folder are in its own conftest.py, from tests/support.
Airflow, where a test imports it, finds its home in a temporary folder, never in the one of a person.
"""

from __future__ import annotations

import os
import signal
import tempfile
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
from tests.support.project import PROJECT  # noqa: E402

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

# A shell makes what it starts in the background ignore SIGINT, and so would all that tests start and stop.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_airflow_home = tempfile.TemporaryDirectory(prefix="airflow-home-")
os.environ["AIRFLOW_HOME"] = _airflow_home.name
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
os.environ.setdefault("BIGCOMMERCE_ALLOW_LOOPBACK", "true")  # the sandbox stores
# Airflow looks for plugins once, whichever test first makes it do so
os.environ.setdefault("AIRFLOW__CORE__PLUGINS_FOLDER", str(PROJECT / "plugins"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Says which tests share a process where `--numprocesses` has several.

    Not by marks of `--dist loadgroup`: pytest-xdist 3.8 writes them to an attribute that pytest 9.2 does not
    have, so they have no effect there.
    """
    return FilesTogether(config, log)


class FilesTogether(LoadScopeScheduling):
    """A file's tests stay together, and so do all that need the one running Airflow."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "one Airflow" if Path(file).parent == Path("tests/end_to_end") else file
