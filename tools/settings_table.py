"""Prints the table of a data source's settings in docs/configuration.md: `python -m tools.settings_table`."""

from __future__ import annotations

from include.data_sources.setting import Setting
from include.data_sources.settings import SETTINGS

# Entered in another way than as an option.
ENTERED = {
    "store_hash": "`STORE_HASH`, after the verb",
    "access_token": "at the prompt; `--new-token` changes it",
}


def table() -> str:
    """All settings as a Markdown table, as include/data_sources/settings.py declares them."""
    rows = [
        f"| {setting.label} | {_option(setting)} | {setting.help_page_name or 'none'} "
        f"| {_default(setting)} | {setting.help} |"
        for setting in SETTINGS
    ]
    return "\n".join(
        [
            "| setting | option | on the help page | default | meaning |",
            "| --- | --- | --- | --- | --- |",
            *rows,
        ]
    )


def _option(setting: Setting) -> str:
    return ENTERED.get(setting.name, f"`{setting.option}`")


def _default(setting: Setting) -> str:
    if setting.is_required:
        return "required"
    if setting.kind == "switch":
        return "on" if setting.default else "off"
    return dict(setting.choices).get(str(setting.default), str(setting.default)) or "empty"


if __name__ == "__main__":
    print(table())
