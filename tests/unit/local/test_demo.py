"""How `make demo` starts."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from rich.console import Console

from include.local.addresses import show_addresses
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


def test_addresses_are_whole_and_below_each_other_in_a_terminal_of_80_characters() -> None:
    system = SimpleNamespace(
        env_file=Path.cwd() / ".local" / "env",
        airflow=SimpleNamespace(address="http://127.0.0.1:8080"),
        secrets=SimpleNamespace(admin_password="a" * 12, store_token="t" * 32),
        store_url="http://127.0.0.1:8070",
        checkout_url="http://127.0.0.1:8072/cart",
    )
    console = Console(width=80, record=True, file=io.StringIO())
    show_addresses(system, console)  # type: ignore[arg-type]
    shown = console.export_text()
    for whole in (
        "http://127.0.0.1:8080/plugin/data_sources ",
        "http://127.0.0.1:8070/storefront ",
        "t" * 32,
    ):
        assert whole in shown
    assert all(line.startswith("  ") for line in shown.splitlines() if line.strip())
