"""The stores of a demo with many: who they are, and what is wrong with some of them.

    a revoked token, a missing scope, most products gone   failed syncs, each with another fix
    late                                                   their DAG is paused in Airflow
    rejected orders                                        addresses that the store does not have
    paused                                                 somebody paused them on the page

One sandbox program serves them all; the first store of a demo has a program, and a control panel, of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from include.sandbox import Sandbox
from include.sandbox.store.settings import Settings

Story = Literal[
    "well",
    "automatic",
    "revoked token",
    "missing scope",
    "products gone",
    "late",
    "rejected orders",
    "paused",
]

PRODUCTS, VARIANTS = 12, 2
# What the stores refuse: an access token that is no longer valid, and one with too few scopes.
OLD_TOKEN = "token-of-last-year"  # noqa: S105 - made up
LIMITED_TOKEN = "token-that-reads-only"  # noqa: S105 - made up
LIMITED_SCOPES = ("store_v2_information_read_only",)

NAMES = (
    *("Alpine Teas", "Birch & Bean", "Coral Cosmetics", "Dapper Dogs", "Elm Street Books", "Fjord Fleece"),
    *("Golden Grains", "Harbour Hardware", "Indigo Ink", "Juniper Jars", "Kestrel Kites", "Lumen Lamps"),
    *("Maple Mugs", "Nordic Nuts", "Opal Optics", "Pine Press", "Quartz Quilts", "River Rods"),
    *("Saffron Spices", "Tundra Tents", "Umber Umbrellas", "Velvet Vases", "Willow Wicker", "Amber Audio"),
    *("Yarrow Yarn", "Zephyr Zippers", "Basil Bakery", "Cedar Clocks", "Denim Depot"),
)
TAGS = ("EU", "US, wholesale", "", "EU, outlet")
STORIES: dict[int, Story] = {
    2: "rejected orders",
    3: "automatic",
    5: "revoked token",
    7: "late",
    9: "late",
    11: "paused",
    14: "missing scope",
    17: "rejected orders",
    18: "automatic",
    21: "products gone",
    24: "rejected orders",
}


@dataclass(frozen=True)
class DemoStore:
    """A store beside the first; `tags` as a person enters them."""

    number: int
    store_hash: str
    name: str
    tags: str
    story: Story


def stores_of_demo(number: int) -> list[DemoStore]:
    """So many stores; always the same ones first."""
    return [
        DemoStore(
            each,
            f"shop{each:02}",
            NAMES[each - 1] if each <= len(NAMES) else f"Store {each}",
            TAGS[each % len(TAGS)],
            STORIES.get(each, "well"),
        )
        for each in range(1, number + 1)
    ]


def sandbox_of(store: DemoStore, token: str) -> Sandbox:
    """The store itself; it accepts `token`."""
    sandbox = Sandbox(
        products=PRODUCTS,
        variants=VARIANTS,
        seed=store.number,
        store_hash=store.store_hash,
        token=token,
        # stock is not tracked: only the orders of "rejected orders" are refused, whatever the others ask for
        settings=Settings(
            information={"name": store.name},
            record_bodies=False,
            stock_is_tracked=False,
            hooks_to_loopback=True,
        ),
    )
    sandbox.access.add_limited_token(LIMITED_TOKEN, LIMITED_SCOPES)
    return sandbox
