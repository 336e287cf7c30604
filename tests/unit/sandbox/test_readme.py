"""The sandbox's README names only switches that exist."""

from __future__ import annotations

import re
from operator import attrgetter
from pathlib import Path

import include.sandbox
from include.sandbox import Sandbox

README = Path(include.sandbox.__file__).parent / "README.md"


def test_every_switch_in_the_readme_exists() -> None:
    store = Sandbox(products=1)
    parts = "faults settings catalogue orders refunds shipments access hooks deliveries scripts carts"
    owners = f"(?:{'|'.join([*parts.split(), 'storefront_tokens'])})"
    switches = set(re.findall(rf"`({owners}(?:\.\w+)+)", README.read_text(encoding="utf-8")))
    assert len(switches) > 15
    for switch in switches:
        attrgetter(switch)(store)


def test_every_abbreviated_switch_belongs_to_the_one_before_it() -> None:
    store = Sandbox(products=1)
    for row in README.read_text(encoding="utf-8").splitlines():
        owner = None
        for name in re.findall(r"`((?:\w+)?(?:\.\w+)+)", row):
            if name.startswith("."):
                assert owner, row
                attrgetter(owner + name)(store)
            else:
                owner = name.rpartition(".")[0]
