"""The options of one product sync, declared once: name, label, help and default.

The DAG's Params, the command line, the page's form and the API all read them here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, get_type_hints


def _option(label: str, help: str, default: int | None = False) -> Any:
    return field(default=default, metadata={"label": label, "help": help})


@dataclass(frozen=True)
class SyncOptions:
    """The options that somebody starts a sync with; without any it is an ordinary sync."""

    dry_run: bool = _option(
        "Dry run",
        "Only report what would change: the counts and every change. "
        "Nothing is written to the CRM's catalogue or to the store.",
    )
    allow_mass_removal: bool = _option(
        "Allow mass removal",
        "Publish even if fewer than half of the variants that the CRM holds are still in the store.",
    )
    verify_custom_fields: bool = _option(
        "Verify custom fields",
        "Compare every variant's custom field with the store, and write again those that somebody "
        "changed or removed there.",
    )
    remove_at_most: int | None = _option(
        "Remove at most",
        "The number of variants that may be removed. If the store lacks more by then, nothing is published. "
        "Without a number there is no such limit.",
        default=None,
    )


@dataclass(frozen=True)
class SyncOption:
    """One option: `name` in programs, `label` on a form, `help` in a few sentences.

    `type` is bool of a switch, `int | None` of an optional number from 1.
    """

    name: str
    label: str
    help: str
    default: bool | int | None
    type: Any

    @property
    def flag(self) -> str:
        """As the command line spells it, e.g. --dry-run."""
        return "--" + self.name.replace("_", "-")

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off."""
        return self.type is bool


_DEFAULTS, _TYPES = vars(SyncOptions()), get_type_hints(SyncOptions)
SYNC_OPTIONS: tuple[SyncOption, ...] = tuple(
    SyncOption(
        each.name, each.metadata["label"], each.metadata["help"], _DEFAULTS[each.name], _TYPES[each.name]
    )
    for each in fields(SyncOptions)
)
