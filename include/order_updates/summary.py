"""The sentence that sums up what was read of a store."""

from __future__ import annotations

from include.order_updates.reader import Counts


def sentence(store_name: str, counts: Counts) -> str:
    """E.g. "Tea Shop: 12 orders changed in BigCommerce; 9 new shipments, 1 voided"."""
    if not counts.orders:
        return f"{store_name}: no order changed in BigCommerce"
    shipments = [
        words
        for number, words in (
            (counts.shipments, f"{counts.shipments:,} new shipment{'' if counts.shipments == 1 else 's'}"),
            (counts.changed_shipments, f"{counts.changed_shipments:,} changed"),
            (counts.voided_shipments, f"{counts.voided_shipments:,} voided"),
        )
        if number
    ]
    return (
        f"{store_name}: {counts.orders:,} order{'' if counts.orders == 1 else 's'} changed in BigCommerce; "
        f"{', '.join(shipments) or 'no new shipments'}"
    )
