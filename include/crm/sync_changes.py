"""What a sync changed, product by product and variant by variant, with the values before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

# As stored; the words for people are in include/product_sync/summary.py.
ChangeKind = Literal["new", "changed", "removed", "revived", "relinked"]


class Difference(NamedTuple):
    """One column of a product or variant before and after a sync, e.g. price 3.50 and 4.00."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class Change:
    """One product or variant that a sync changed; `before` is None for a new one, `after` for a removed one.

    Both are values by column: name, sku, price (text, so that it stays exact), …
    """

    change: ChangeKind
    kind: Literal["product", "variant"]
    sku: str
    name: str
    before: dict[str, object] | None
    after: dict[str, object] | None

    @property
    def differences(self) -> list[Difference]:
        """The columns whose value changed; none for a new or removed one."""
        if not self.before or not self.after:
            return []
        return [
            Difference(name, self.before.get(name), value)
            for name, value in self.after.items()
            if self.before.get(name) != value
        ]


def changes_of(stored: Iterable[dict[str, Any]]) -> tuple[Change, ...]:
    """The changes as crm.sync_run.changes keeps them."""
    return tuple(
        Change(
            each["change"],
            each["kind"],
            each["sku"] or "",
            each["name"] or "",
            each.get("before"),
            each.get("after"),
        )
        for each in stored
    )
