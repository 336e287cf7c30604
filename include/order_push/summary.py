"""The sentence that sums up a run of the order push."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from include.crm.order_ledger_rows import LedgerCounts
from include.plurals import count_of, listed


def sentence(
    store_name: str, outcomes: Counter[str], ledger: LedgerCounts, locked: Sequence[int] = ()
) -> str:
    """E.g. "Tea Shop: 12 orders pushed; 0 waiting, 1 unclear, 2 rejected".

    Pushed orders are those of this run; the other numbers count the whole ledger. `locked` are requested
    orders that could not be added to it.
    """
    pushed = outcomes["pushed"] + outcomes["adopted"]
    text = (
        f"{store_name}: {count_of(pushed, 'order')} pushed; "
        f"{ledger.pending + ledger.sending:,} waiting, {ledger.uncertain:,} unclear, "
        f"{ledger.rejected:,} rejected"
    )
    if ledger.found_twice:
        text += f", {ledger.found_twice:,} found twice in BigCommerce"
    if locked:
        text += (
            f". {count_of(len(locked), 'order')} could not be queued, because the CRM was changing them at "
            f"that moment: {listed(locked)}. Push them again"
        )
    return text
