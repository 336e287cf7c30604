"""The documentation lists the settings as the code declares them."""

from __future__ import annotations

from pathlib import Path

from tools.settings_table import table

CONFIGURATION = Path(__file__).parents[3] / "docs" / "configuration.md"


def test_documentation_lists_every_setting_as_it_is_declared() -> None:
    assert table() in CONFIGURATION.read_text(), "run `python -m tools.settings_table` and paste its table"
