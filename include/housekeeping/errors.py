"""Errors of housekeeping."""

from __future__ import annotations

from include.errors import FixData


class DaysRefused(FixData):
    """A number of days is not valid or below its minimum, so nothing was deleted."""
