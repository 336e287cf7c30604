"""The ids that a person may mean by a write-back value, or by a number alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.crm.ids import LARGEST_ID
from include.crm.write_back_value import ids_in

ids = st.integers(1, LARGEST_ID)


@given(ids, ids)
def test_a_write_back_value_gives_both_ids_and_a_number_itself_twice(product: int, variant: int) -> None:
    assert ids_in(f"{product}.{variant}") == (product, variant)
    assert ids_in(str(variant)) == (variant, variant)


@pytest.mark.parametrize("text", ["", "tea", "1.2.3", "-1", "1.", ".1", "١٢", "1 2", "1.2\n"])
def test_any_other_text_gives_no_id(text: str) -> None:
    assert ids_in(text) == (None, None)


@pytest.mark.parametrize("text", [str(LARGEST_ID + 1), "9" * 6_000, "0"])
def test_a_number_that_no_column_holds_gives_no_id(text: str) -> None:
    assert ids_in(text) == (None, None)
