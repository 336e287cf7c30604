"""The reason of a refund in BigCommerce, which begins with the CRM's id of it: "CRM refund 17"."""

from __future__ import annotations

import re

from include.bigcommerce.refunds import LONGEST_REASON
from include.crm.ids import LARGEST_ID
from include.outside_text import clean_text

_OURS = re.compile(r"CRM refund ([1-9][0-9]{0,18})(?::.*)?", re.DOTALL)


def reason_text(refund_id: int, reason: str) -> str:
    """E.g. "CRM refund 17: wrong size"."""
    name = f"CRM refund {refund_id}"
    return clean_text(f"{name}: {reason}", LONGEST_REASON) if reason.strip() else name


def refund_id_of(reason: str) -> int | None:
    """The id of the CRM's refund behind a reason; None if it is not one of ours."""
    found = _OURS.fullmatch(reason.strip())
    return refund_id if found and (refund_id := int(found[1])) <= LARGEST_ID else None
