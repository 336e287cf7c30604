"""The contracts on imports in pyproject.toml name every part of the project."""

from __future__ import annotations

from typing import Any

import pytest
from importlinter.application.use_cases import read_user_options
from importlinter.configuration import configure

from tests.support.project import PROJECT

LAYERS = "Imports run downwards only"
SANDBOX = "The sandbox shares neither code nor knowledge with what is tested against it"


@pytest.fixture(scope="module")
def contracts() -> dict[str, Any]:
    """Each contract by its name."""
    configure()
    options = read_user_options(config_filename=str(PROJECT / "pyproject.toml"))
    return {contract["name"]: contract for contract in options.contracts_options}


def parts() -> set[str]:
    """Every package and module right below include/, but for the sandbox."""
    found = {each.stem for each in (PROJECT / "include").iterdir() if (each / "__init__.py").exists()}
    found |= {each.stem for each in (PROJECT / "include").glob("*.py")}
    return {f"include.{name}" for name in found - {"__init__", "sandbox"}}


def test_every_part_has_a_layer(contracts: dict[str, Any]) -> None:
    layers = {part.strip() for layer in contracts[LAYERS]["layers"] for part in layer.split("|")}
    assert layers == {*parts(), "dags", "plugins"}


def test_no_part_may_be_imported_by_the_sandbox(contracts: dict[str, Any]) -> None:
    assert parts() <= set(contracts[SANDBOX]["forbidden_modules"])
