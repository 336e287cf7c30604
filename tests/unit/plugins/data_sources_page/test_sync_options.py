"""The body of a request that starts a sync."""

from __future__ import annotations

from include.crm.sync_options import SYNC_OPTIONS
from plugins.data_sources_page.api.settings_body import SyncOptions


def test_request_has_the_declared_options_and_no_other() -> None:
    found = {name: (field.default, field.description) for name, field in SyncOptions.model_fields.items()}
    assert found == {option.name: (option.default, option.help) for option in SYNC_OPTIONS}
    assert SyncOptions.model_config["extra"] == "forbid"
