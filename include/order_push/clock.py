"""How far the clocks of a store and of the CRM's database may differ."""

from __future__ import annotations

from datetime import timedelta

CLOCK_TOLERANCE = timedelta(minutes=10)
