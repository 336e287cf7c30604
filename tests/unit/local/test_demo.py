"""How `make demo` starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.project import PROJECT


def test_a_demo_shows_its_first_line_without_importing_airflow() -> None:
    statements = "import sys, include.local.demo; print('airflow' in sys.modules)"
    started = subprocess.run([sys.executable, "-c", statements], cwd=PROJECT, capture_output=True, text=True)
    assert started.stdout == "False\n", started.stderr


def test_a_demo_that_cannot_write_its_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "below"
    command = [sys.executable, "-m", "include.local.demo", "--state", str(folder)]
    started = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert started.returncode == 1
    assert started.stdout.startswith("The demo cannot continue: [Errno 20] Not a directory"), started.stderr
    assert f"Its data is in the folder {folder}: check that you may write there" in started.stdout
