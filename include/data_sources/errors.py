"""What the rules for data sources refuse."""

from __future__ import annotations

from collections.abc import Mapping

from include.errors import FixData


class NotActive(FixData):
    """The data source is deactivated, or is being deactivated."""

    def __init__(self, store_name: str) -> None:
        super().__init__(f"The data source of {store_name} is deactivated.", "Activate it first.")


class CannotSync(FixData):
    """A sync cannot be started or cancelled as things are."""


class SettingsRefused(FixData):
    """The settings cannot be saved as they are; `problems_by_field` holds a sentence by setting."""

    http_status = 422

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("Please fix the highlighted fields.", command_line_step="\n".join(problems.values()))
        self.problems_by_field = dict(problems)

    @property
    def for_terminal(self) -> str:
        """A terminal has no fields to highlight."""
        return self.command_line_step
