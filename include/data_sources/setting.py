"""The declaration of a setting: its name, what people see of it, and how its text is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from include.data_sources.setting_readers import Gateways

Kind = Literal["text", "secret", "number", "switch", "choice"]
Section = Literal["Store", "Products", "Orders", "Checkout"]  # of the form
Reader = Callable[[str, Gateways], object]


@dataclass(frozen=True)
class Setting:
    """One setting.

    `name` is the field of SettingsInput, of the API and of the form; with dashes, the command-line option.
    `label` and `help` are what people see, `help_page_name` is its name on the help page of the CRM.
    `section` is the heading that it stands under, unless `is_advanced`.
    `default` is what applies while nothing is entered. `column` is the column of crm.data_source; without
    one, the setting is kept in the store's Airflow Connection. `read` is None for a switch.
    """

    name: str
    label: str
    help: str
    kind: Kind
    section: Section
    default: str | bool
    read: Reader | None = None
    column: str | None = None
    help_page_name: str = ""
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_required: bool = False
    is_advanced: bool = False

    @property
    def hint(self) -> str:
        """The help, with the name under which people search for the setting."""
        return f"{self.help} (Help page: {self.help_page_name}.)" if self.help_page_name else self.help

    @property
    def option(self) -> str:
        """The command-line option, e.g. --biller-id."""
        return f"--{self.name.replace('_', '-')}"


def declare(kind: Kind, label: str, help: str, *, section: Section, default: Any = "", **more: Any) -> Any:
    """A field of SettingsInput that carries its declaration."""
    declared = {"kind": kind, "label": label, "help": help, "section": section, **more}
    return field(default=default, repr=kind != "secret", metadata={"setting": declared})


def by_text(read: Callable[[str], object]) -> Reader:
    """A reader that needs no gateways."""
    return lambda text, _gateways: read(text)
