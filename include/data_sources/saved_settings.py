"""The saved settings of a data source: as people enter them, what differs, and whether they were changed."""

from __future__ import annotations

from typing import Any

from include.crm.data_sources import DataSource
from include.data_sources.errors import ChangedSetting, SettingsChangedMeanwhile
from include.data_sources.settings import SETTINGS, SettingsInput


def as_entered(held: DataSource) -> SettingsInput:
    """The settings of a data source as a person would enter them, without the token and the base URL."""
    return SettingsInput(
        **{
            setting.name: _text(getattr(held, setting.column))
            for setting in SETTINGS
            if setting.column is not None
        }
    )


def differences(before: DataSource, after: DataSource) -> dict[str, dict[str, Any]]:
    """The settings that differ, by name: {"before": …, "after": …}, as people enter them. No secret."""
    old, new = as_entered(before), as_entered(after)
    return {
        setting.name: {"before": getattr(old, setting.name), "after": getattr(new, setting.name)}
        for setting in SETTINGS
        if setting.column is not None and getattr(old, setting.name) != getattr(new, setting.name)
    }


def version_of(held: DataSource) -> str:
    """Changes whenever the settings, the token or the state of a data source are saved."""
    return held.updated_at.isoformat()


def refuse_if_changed(held: DataSource, entered: SettingsInput, version: str) -> None:
    """Raise SettingsChangedMeanwhile if `version` is not that of the saved settings; empty is any."""
    if version in ("", version_of(held)):
        return
    saved = as_entered(held)
    differing = [
        ChangedSetting(setting.name, setting.label, getattr(saved, setting.name))
        for setting in SETTINGS
        if setting.column is not None and getattr(saved, setting.name) != getattr(entered, setting.name)
    ]
    raise SettingsChangedMeanwhile(version_of(held), differing)


def _text(value: object) -> Any:
    """A column's value as it is entered: a switch stays a switch, an empty column is empty text."""
    if isinstance(value, list):
        return ", ".join(value)
    return value if isinstance(value, bool) else "" if value is None else str(value)
