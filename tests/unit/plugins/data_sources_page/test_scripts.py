"""The page's own scripts parse: a single slip in one of them would disable every button of the page."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

STATIC = Path(__file__).parents[4] / "plugins" / "data_sources_page" / "static"
SCRIPTS = sorted(STATIC.glob("*.js"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script.name))
def test_script_of_the_page_parses(script: Path) -> None:
    node, *_ = compute_driver_executable()
    checked = subprocess.run([node, "--check", str(script)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
