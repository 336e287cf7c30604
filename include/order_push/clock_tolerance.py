"""How far the clocks of a store and of the CRM's database may differ, and how exact a store's dates are."""

from __future__ import annotations

from datetime import timedelta

CLOCK_TOLERANCE = timedelta(minutes=10)
# The store's dates have whole seconds, and its clock may be ahead of them by another.
SAME_MOMENT = timedelta(seconds=2)
