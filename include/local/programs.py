"""The programs beside Airflow and Postgres: the sandbox stores and the demo checkout."""

from __future__ import annotations

import sys
from pathlib import Path

from include.local.supervisor import Program


def sandbox_program(port: int, store_hash: str, products: int, variants: int, state: Path) -> Program:
    """The first store; what is changed in it is kept in the state folder."""
    size = ["--products", str(products), "--variants", str(variants)]
    place = ["--port", str(port), "--store-hash", store_hash]
    files = {"metafields": "sandbox", "orders": "sandbox-orders", "scripts": "sandbox-scripts"}
    kept = [part for what, name in files.items() for part in (f"--{what}", str(state / f"{name}.jsonl"))]
    return _program("sandbox", state, "include.sandbox", "--loopback-webhooks", *place, *kept, *size)


def more_stores_program(url: str, number: int, state: Path) -> Program:
    """The other stores of a demo with many."""
    place = ["--port", _port(url), "--folder", str(state / "more-stores")]
    return _program("more-stores", state, "include.local.serve_demo_stores", str(number), *place)


def checkout_program(url: str, state: Path) -> Program:
    """The CRM's checkout."""
    return _program("checkout", state, "include.local.checkout", "--port", _port(url))


def _program(name: str, state: Path, *module: str) -> Program:
    return Program(name, [sys.executable, "-m", *module], str(state / "logs" / f"{name}.log"))


def _port(url: str) -> str:
    return url.rpartition(":")[2]
