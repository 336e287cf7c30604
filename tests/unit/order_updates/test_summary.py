"""The sentence that the note of a run shows."""

from __future__ import annotations

import pytest

from include.order_updates.order_reader import Counts
from include.order_updates.summary import sentence


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(), "Tea Shop: no order changed in BigCommerce"),
        (Counts(1), "Tea Shop: 1 order changed in BigCommerce; no new shipments"),
        (Counts(2, 1, 0, 1), "Tea Shop: 2 orders changed in BigCommerce; 1 new shipment, 1 voided"),
        (Counts(1204, 3, 1), "Tea Shop: 1,204 orders changed in BigCommerce; 3 new shipments, 1 changed"),
    ],
)
def test_sentence_names_what_changed(counts: Counts, said: str) -> None:
    assert sentence("Tea Shop", counts) == said
