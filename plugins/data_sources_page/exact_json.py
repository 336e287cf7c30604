"""Rows for JSON, with prices as text: numbers in JSON would not stay exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def exact_json(row: object) -> dict[str, Any]:
    """The fields of a row, by name."""
    return {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in vars(row).items()}
