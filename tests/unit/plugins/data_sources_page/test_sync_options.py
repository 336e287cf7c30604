"""The body of a request that starts a sync."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.crm.sync_options import SYNC_OPTIONS
from plugins.data_sources_page.api.settings_body import SyncOptions


def test_request_has_the_declared_options_and_no_other() -> None:
    found = {name: (field.default, field.description) for name, field in SyncOptions.model_fields.items()}
    assert found == {option.name: (option.default, option.help) for option in SYNC_OPTIONS}
    assert SyncOptions.model_config["extra"] == "forbid"


@pytest.mark.parametrize("number", [0, -1, 1.5, True, "5", 2**63])
def test_number_of_removals_is_a_whole_number_from_one(number: Any) -> None:
    assert SyncOptions.model_validate({"remove_at_most": 1}).model_dump()["remove_at_most"] == 1
    with pytest.raises(ValidationError):
        SyncOptions.model_validate({"remove_at_most": number})
