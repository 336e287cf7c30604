"""The metafields of a store by id, by variant and by identity, and the file that keeps them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from include.sandbox.catalogue.records import Metafield
from include.sandbox.change_file import ChangeFile

Identity: TypeAlias = tuple[str, str, str, int]  # client, namespace, key, variant: of at most one metafield


class MetafieldIndex:
    """All metafields. The caller holds the lock."""

    def __init__(self) -> None:
        self._by_id: dict[int, Metafield] = {}
        self._by_identity: dict[Identity, int] = {}
        self._ids_of_variant: defaultdict[int, set[int]] = defaultdict(set)
        self._highest_id = 0
        self._file = ChangeFile(Metafield | int)

    def keep_in(self, file: Path) -> None:
        """Load what an earlier store saved in `file`, and save every change there."""
        for change in self._file.load(file):
            if isinstance(change, int):
                self.drop(change)
            else:
                self.keep(change)
                self._highest_id = max(self._highest_id, change.id)

    def __len__(self) -> int:
        return len(self._by_id)

    def all(self) -> list[Metafield]:
        """Every metafield, ascending by id."""
        return sorted(self._by_id.values(), key=lambda each: each.id)

    def of_variant(self, variant_id: int) -> list[Metafield]:
        """Those of one variant, ascending by id."""
        return [self._by_id[each] for each in sorted(self._ids_of_variant.get(variant_id, ()))]

    def get(self, metafield_id: int) -> Metafield | None:
        """None where there is none with this id."""
        return self._by_id.get(metafield_id)

    def id_of(self, wanted: Identity) -> int | None:
        """The id of the metafield with this identity; None where there is none."""
        return self._by_identity.get(wanted)

    def next_id(self) -> int:
        """The next unused id."""
        self._highest_id += 1
        return self._highest_id

    def keep(self, metafield: Metafield) -> None:
        """Add a metafield."""
        self._by_id[metafield.id] = metafield
        self._by_identity[identity(metafield)] = metafield.id
        self._ids_of_variant[metafield.resource_id].add(metafield.id)
        self._file.add(metafield)

    def drop(self, metafield_id: int) -> None:
        """Remove a metafield."""
        metafield = self._by_id.pop(metafield_id)
        del self._by_identity[identity(metafield)]
        self._ids_of_variant[metafield.resource_id].discard(metafield_id)
        self._file.add(metafield_id)

    def restore(self, before: Iterable[Metafield]) -> None:
        """Make the metafields those of `before` again."""
        wanted = {each.id: each for each in before}
        for metafield in self.all():
            if wanted.get(metafield.id) != metafield:
                self.drop(metafield.id)
        for metafield in wanted.values():
            if metafield.id not in self._by_id:
                self.keep(metafield)


def identity(metafield: Metafield) -> Identity:
    """What no two metafields share."""
    return metafield.owner_client_id, metafield.namespace, metafield.key, metafield.resource_id
