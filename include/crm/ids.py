"""Ids as the CRM's tables hold them, and the write-back value that is made of two of them."""

from __future__ import annotations

import re

# The largest bigint of Postgres: no id of ours or of a store is above it.
LARGEST_ID = 2**63 - 1

# A write-back value, or its second half alone; see crm.write_back_value.
_IDS = re.compile(r"(?:([0-9]+)\.)?([0-9]+)", re.ASCII)


def ids_in(text: str) -> tuple[int | None, int | None]:
    """The ids that a person may mean by "228.123" (a write-back value) or by "123": first and last number.

    (228, 123) and (123, 123); None for a number that no column can hold, and for any other text.
    """
    found = _IDS.fullmatch(text)
    if not found:
        return None, None
    return _bounded(found[1] or found[2]), _bounded(found[2])


def _bounded(digits: str) -> int | None:
    # compared by length first: Python refuses to convert thousands of digits
    number = int(digits) if len(digits.lstrip("0")) <= len(str(LARGEST_ID)) else None
    return number if number is not None and number <= LARGEST_ID else None


def read_id(text: str) -> int | None:
    """The id that somebody typed; None if the text is not one."""
    number = ids_in(text)[0] if "." not in text else None
    return number or None
