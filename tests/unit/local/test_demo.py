"""How `make demo` starts."""

from __future__ import annotations

import subprocess
import sys

from tests.support.project import PROJECT


def test_a_demo_shows_its_first_line_without_importing_airflow() -> None:
    statements = "import sys, include.local.demo; print('airflow' in sys.modules)"
    started = subprocess.run([sys.executable, "-c", statements], cwd=PROJECT, capture_output=True, text=True)
    assert started.stdout == "False\n", started.stderr
