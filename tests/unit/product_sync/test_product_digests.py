"""What enters the digest of a product."""

from __future__ import annotations

import ast
from pathlib import Path

from include.product_sync.product_digests import TRANSLATION, digest
from tests.support.project import PROJECT

INCLUDE = PROJECT / "include"
# What people read of a page that is no page at all.
ERRORS = {PROJECT / "include" / "errors.py", INCLUDE / "bigcommerce" / "errors.py"}


def imported_by(file: Path) -> set[Path]:
    """The modules of the project that a module imports."""
    names = {
        node.module
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("include.")
    }
    return {PROJECT / f"{name.replace('.', '/')}.py" for name in names if name}


def test_every_module_of_the_translation_is_part_of_the_digest() -> None:
    found: set[Path] = set()
    new = {INCLUDE / "bigcommerce" / "products.py", INCLUDE / "product_sync" / "transform.py"}
    while new:
        found |= new
        new = {each for file in new for each in imported_by(file)} - found - ERRORS
    assert found == {INCLUDE / name for name in TRANSLATION}


def test_a_product_that_differs_in_a_blank_has_another_digest() -> None:
    assert digest(b'{"id":1}') == digest(b'{"id":1}') != digest(b'{"id": 1}')
    assert len(digest(b"")) == 16
