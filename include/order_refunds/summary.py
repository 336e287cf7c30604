"""The sentence that sums up the refunds and cancellations of a store in one run."""

from __future__ import annotations

from collections import Counter

from include.crm.order_ledger_rows import State
from include.crm.reversal_ledger_rows import Kind
from include.plurals import count_of

_DONE = ("pushed", "adopted")
_KINDS = ("refund", "cancellation")


def sentence(outcomes: Counter[tuple[str, str]], ledger: Counter[tuple[Kind, State]]) -> str:
    """E.g. "2 refunds and 1 cancellation followed; 0 waiting, 1 unclear, 0 rejected"; empty without any.

    Those that followed their orders are of this run; the other numbers count the whole ledger.
    """
    followed = {kind: sum(outcomes[kind, outcome] for outcome in _DONE) for kind in _KINDS}
    states: Counter[str] = Counter()
    for (_, state), number in ledger.items():
        states[state] += number
    waiting, unclear = states["pending"] + states["sending"], states["uncertain"]
    if not any([*followed.values(), waiting, unclear, states["rejected"]]):
        return ""
    counted = [count_of(number, kind) for kind, number in followed.items() if number] or ["0 refunds"]
    return (
        f"{' and '.join(counted)} followed; {waiting:,} waiting, {unclear:,} unclear, "
        f"{states['rejected']:,} rejected"
    )
