"""The write-back value that a variant carries in BigCommerce: `<campaign product id>.<variant detail id>`.

It is made in one place, the SQL function crm.write_back_value, because Postgres compares millions of them;
this module reads the ones that people type.
"""

from __future__ import annotations

import re

from include.crm.ids import read_id

_IDS = re.compile(r"(?:([0-9]+)\.)?([0-9]+)")


def ids_in(text: str) -> tuple[int | None, int | None]:
    """The ids that a person may mean by "228.123" (a write-back value) or by "123": first and last number.

    (228, 123) and (123, 123); None for a number that no column can hold, and for any other text.
    """
    found = _IDS.fullmatch(text)
    return (read_id(found[1] or found[2]), read_id(found[2])) if found else (None, None)
