"""For how many days each kind is kept, by the environment."""

from __future__ import annotations

import pytest

from include.housekeeping.errors import DaysRefused
from include.housekeeping.retention import KINDS, Kind

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))


@every_kind
@pytest.mark.parametrize("text", ["", "  "])
def test_setting_that_is_unset_or_empty_is_the_default(kind: Kind, text: str) -> None:
    assert kind.days({}) == kind.days({kind.setting: text}) == kind.default_days >= kind.least_days


@every_kind
def test_setting_is_a_number_of_days_or_for_ever(kind: Kind) -> None:
    assert kind.days({kind.setting: str(kind.least_days)}) == kind.least_days
    assert kind.days({kind.setting: " 4000 "}) == 4000
    assert kind.days({kind.setting: "forever"}) is None


@every_kind
@pytest.mark.parametrize("text", ["0", "1", "-90", "90 days", "1e3", "never", "²", "9" * 5_000])
def test_invalid_setting_is_refused_by_name(kind: Kind, text: str) -> None:
    with pytest.raises(DaysRefused, match=kind.setting) as refused:
        kind.days({kind.setting: text})
    assert f"at least {kind.least_days}" in str(refused.value)


def test_raw_pages_are_kept_no_longer_than_their_sync() -> None:
    by_name = {kind.name: kind for kind in KINDS}
    assert by_name["pages"].default_days <= by_name["syncs"].least_days


def test_counts_are_worded() -> None:
    assert [kind.counted(1) for kind in KINDS] == [
        *("the raw pages of 1 sync", "1 old sync", "1 attempt of pushed orders"),
        *("1 attempt of refunds and cancellations", "1 reconciliation"),
        "1 old alert",
        "1 preview of price changes",
        "1 handled hint",
    ]
    assert KINDS[1].counted(1204) == "1,204 old syncs"
