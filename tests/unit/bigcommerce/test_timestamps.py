"""Times of a store: whatever it writes, the result can be reckoned with and stored, or there is none."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.bigcommerce.timestamps import read_rfc2822_time, read_rfc3339_time

NEW_YEAR = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "text", ["Thu, 01 Jan 2026 00:00:00 +0000", "Thu, 01 Jan 2026 01:00:00 +0100", "1 Jan 2026 00:00:00 GMT"]
)
def test_date_of_v2_is_read_whatever_its_zone(text: str) -> None:
    assert read_rfc2822_time(text) == NEW_YEAR


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00Z", "2026-01-01T02:30:00+02:30"])
def test_date_of_v3_is_read_whatever_its_zone(text: str) -> None:
    assert read_rfc3339_time(text) == NEW_YEAR


@pytest.mark.parametrize(
    "text",
    [
        None,
        0,
        "",
        "Thu, 01 Jan 2026 00:00:00",
        "Thu, 01 Jan 2026 00:00:00 -0000",
        "Thu, 01 Jan 2026 00:00:00 +99999999999999999999",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "9" * 1_000_000,
    ],
)
def test_what_is_no_usable_date_of_v2_is_none(text: object) -> None:
    assert read_rfc2822_time(text) is None


@pytest.mark.parametrize(
    "text", [None, 0, "", "2026-01-01", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"]
)
def test_what_is_no_usable_date_of_v3_is_none(text: object) -> None:
    assert read_rfc3339_time(text) is None


@given(
    st.text(max_size=30)
    | st.builds("Mon, {} Jan {} {}:00:00 {}".format, *[st.integers(-99, 10**25)] * 4)
    | st.datetimes(timezones=st.timezones()).map(str)
)
def test_whatever_is_read_can_be_reckoned_with_and_stored(text: str) -> None:
    for moment in (read_rfc2822_time(text), read_rfc3339_time(text)):
        if moment is not None:
            assert moment.utcoffset() == timedelta(0)  # Postgres knows no zone such as +23:59
            assert moment - timedelta(days=365) < moment < moment + timedelta(days=365)
