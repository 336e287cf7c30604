"""What an order push did, in the words of the people who watch it."""

from __future__ import annotations

from collections import Counter


def sentence(store_name: str, outcomes: Counter[str], ledger: dict[str, int]) -> str:
    """E.g. "Tea Shop: 12 orders pushed; 0 waiting, 1 uncertain, 2 rejected".

    Pushed are those of this run, the others all that are in the ledger.
    """
    pushed = outcomes["pushed"] + outcomes["adopted"]
    waiting = ledger.get("pending", 0) + ledger.get("sending", 0)
    told = (
        f"{store_name}: {pushed:,} order{'' if pushed == 1 else 's'} pushed; {waiting:,} waiting, "
        f"{ledger.get('uncertain', 0):,} uncertain, {ledger.get('rejected', 0):,} rejected"
    )
    if doubled := ledger.get("doubled", 0):
        told += f", {doubled:,} found twice in BigCommerce"
    return told
