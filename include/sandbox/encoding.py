"""How the sandbox store writes JSON, money and times."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from msgspec.json import Encoder

ZERO = Decimal(0)

_encoder = Encoder(decimal_format="number")


def now() -> str:
    """The time as V3 writes it, UTC to the second."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def to_json(value: Any) -> bytes:
    """JSON with every Decimal as a number of exactly its own digits."""
    return _encoder.encode(value)
