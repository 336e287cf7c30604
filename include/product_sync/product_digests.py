"""The digest of a product as the store sent it: while it stays the same, so does the translation.

The source code of the translation is part of every digest. So after a release that translates differently,
the next sync translates every product once. Settings are not, because the translation uses none.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import msgspec

_INCLUDE = Path(__file__).parents[1]
# The modules that decide which rows a product becomes; a test finds out whether one is missing.
TRANSLATION = (
    "bigcommerce/contract.py",
    "bigcommerce/damaged_json.py",
    "bigcommerce/money.py",
    "bigcommerce/product_records.py",
    "bigcommerce/products.py",
    "bigcommerce/unusable_reasons.py",
    "bigcommerce/value_forms.py",
    "product_sync/price_choice.py",
    "product_sync/transform.py",
)
LIBRARIES = ("msgspec", "numpy", "pandas")


def digest(product: bytes | msgspec.Raw) -> bytes:
    """16 bytes; products whose JSON differs, be it by a blank, have different ones."""
    return blake2b(product, digest_size=16, key=_translation()).digest()


@cache
def _translation() -> bytes:
    """What the translation is made of, without importing it: pandas takes a second."""
    sources = [(_INCLUDE / name).read_bytes() for name in TRANSLATION]
    versions = [version(library).encode() for library in LIBRARIES]
    return blake2b(b"\0".join([*sources, *versions]), digest_size=32).digest()
