"""Bodies of requests with declared fields: the settings of a data source, and the options of a sync."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, create_model

from include.crm.ids import LARGEST_ID
from include.crm.sync_options import SYNC_OPTIONS
from include.data_sources.setting import Setting
from include.data_sources.settings import SETTINGS, SettingsInput


class SettingsBody(BaseModel):
    """Settings of a data source; what is not given keeps its value, or gets the default."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    def changes(self) -> dict[str, Any]:
        """The fields that were given, as fields of include.data_sources.settings.SettingsInput."""
        given = self.model_dump(exclude_unset=True, exclude={"store_hash"})
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else "" if value is None else value
            for name, value in given.items()
        }

    @property
    def entered(self) -> SettingsInput:
        """As the person entered them."""
        return SettingsInput(getattr(self, "store_hash", ""), **self.changes())


def _fields(settings: Iterable[Setting]) -> dict[str, Any]:
    """The declared settings as fields of a request's body."""
    types: dict[str, tuple[Any, Any]] = {"secret": (SecretStr | None, None), "switch": (bool, False)}
    fields = {}
    for setting in settings:
        kind, default = types.get(setting.kind, (str | None, None))
        fields[setting.name] = (kind, Field(default, description=setting.hint))
    return fields


_HASH, *_OTHERS = SETTINGS
if TYPE_CHECKING:

    class Settings(SettingsBody):
        """Settings of a data source that exists."""

    class StoreSettings(SettingsBody):
        """Settings with the store they are for."""

        store_hash: str
else:
    Settings = create_model("Settings", __base__=SettingsBody, **_fields(_OTHERS))
    StoreSettings = create_model(
        "StoreSettings", __base__=Settings, **{_HASH.name: (str, Field(description=_HASH.hint))}
    )


class SyncOptionsBody(BaseModel):
    """Options of one sync, as include/crm/sync_options.py declares them."""

    model_config = ConfigDict(extra="forbid")


if TYPE_CHECKING:

    class SyncOptions(SyncOptionsBody):
        """Options of one sync."""

        dry_run: bool
else:
    _OPTIONS = {
        each.name: (
            each.type,
            Field(
                each.default,
                description=each.help,
                **({} if each.is_switch else {"strict": True, "ge": 1, "le": LARGEST_ID}),
            ),
        )
        for each in SYNC_OPTIONS
    }
    SyncOptions = create_model("SyncOptions", __base__=SyncOptionsBody, **_OPTIONS)
