"""The production image has no sandbox and no demo (see the Dockerfile), and works without them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.project import PROJECT


def test_the_product_runs_without_the_sandbox_and_the_demo(tmp_path: Path) -> None:
    """Everything that the production image holds can be imported from it."""
    left_out = shutil.ignore_patterns("sandbox", "local", "__pycache__")
    shutil.copytree(PROJECT / "include", tmp_path / "include", ignore=left_out)
    modules = [
        ".".join(file.relative_to(tmp_path).with_suffix("").parts)
        for file in sorted((tmp_path / "include").rglob("*.py"))
        if file.name != "__main__.py"
    ]
    assert "include.order_push.steps" in modules
    imports = subprocess.run(
        [sys.executable, "-c", f"import importlib\nfor name in {modules}: importlib.import_module(name)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "AIRFLOW_HOME": str(tmp_path / "airflow")},
        capture_output=True,
        text=True,
    )
    assert imports.returncode == 0, imports.stderr
