"""What the rules for data sources refuse."""

from __future__ import annotations

from dataclasses import dataclass

from include.errors import FieldsRefused, FixData


class NotActive(FixData):
    """The data source is deactivated, or is being deactivated."""

    def __init__(self, store_name: str) -> None:
        super().__init__(f"The data source of {store_name} is deactivated.", "Activate it first.")


class CannotSync(FixData):
    """A sync cannot be started or cancelled at the moment."""


class SettingsRefused(FieldsRefused):
    """The settings cannot be saved."""


@dataclass(frozen=True)
class ChangedSetting:
    """A setting whose saved value differs from what somebody is about to save."""

    name: str
    label: str
    saved: str | bool


class SettingsChangedMeanwhile(FixData):
    """Somebody else saved the settings after this person had opened them; nothing was saved.

    `version` is the one to repeat the request with, once a person has seen the `settings` that differ.
    """

    http_status = 412

    def __init__(self, version: str, settings: list[ChangedSetting]) -> None:
        super().__init__(
            "Not saved: somebody else changed these settings after you opened them.",
            "Choose which values to keep, then save again."
            if settings
            else "Only the access token or the base URL can be new. Save again to keep your changes.",
        )
        self.version = version
        self.settings = settings
