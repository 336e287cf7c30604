"""The sentence that sums up what was read from a store."""

from __future__ import annotations

from include.order_updates.order_reader import Counts
from include.plurals import count_of


def sentence(store_name: str, counts: Counts) -> str:
    """E.g. "Tea Shop: 12 orders changed in BigCommerce; 9 new shipments, 1 voided"."""
    if not counts.orders:
        return f"{store_name}: no order changed in BigCommerce"
    shipments = [
        words
        for number, words in (
            (counts.shipments, count_of(counts.shipments, "new shipment")),
            (counts.changed_shipments, f"{counts.changed_shipments:,} changed"),
            (counts.voided_shipments, f"{counts.voided_shipments:,} voided"),
        )
        if number
    ]
    return (
        f"{store_name}: {count_of(counts.orders, 'order')} changed in BigCommerce; "
        f"{', '.join(shipments) or 'no new shipments'}"
    )
