"""Variant metafields and their rules.

Unique per API client, namespace, key and variant; at most 250 per client and variant; only the client that
made one may rename it or change who may see it (descriptions of the metafield endpoints in BigCommerce's
OpenAPI file product-variants_catalog.v3.yml).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from include.sandbox.catalogue.memo import Memo
from include.sandbox.catalogue.metafield_index import MetafieldIndex, identity
from include.sandbox.catalogue.records import Description, Metafield, MetafieldValue, Name64, PermissionSet
from include.sandbox.encoding import now
from include.sandbox.refusals import Refusal, not_found

OUR_CLIENT = "sandbox-client"  # whom the token belongs to
ANOTHER_CLIENT = "another-client"
MOST_PER_VARIANT = 250


class NewMetafield(msgspec.Struct):
    """The fields of a POST."""

    resource_id: int
    namespace: Name64
    key: Name64
    value: MetafieldValue
    permission_set: PermissionSet
    description: Description = ""


class ChangedMetafield(msgspec.Struct):
    """The fields of a PUT; all are optional."""

    namespace: Name64 | UnsetType = UNSET
    key: Name64 | UnsetType = UNSET
    value: MetafieldValue | UnsetType = UNSET
    permission_set: PermissionSet | UnsetType = UNSET
    description: Description | UnsetType = UNSET


class Metafields:
    """All metafields of a store's variants, ascending by id; they share the catalogue's lock."""

    def __init__(self, lock: RLock, has_variant: Callable[[int], bool]) -> None:
        self.lock = lock
        self._has_variant = has_variant
        self._memo = Memo()
        self._index = MetafieldIndex()

    def keep_in(self, file: Path) -> None:
        """Load what an earlier store saved in `file`, and save every change there."""
        with self.lock:
            self._memo.forget()
            self._index.keep_in(file)

    def __len__(self) -> int:
        return len(self._index)

    def find(self, filters: Mapping[str, str], variant_id: int | None = None) -> list[Metafield]:
        """The metafields that our client may see, ascending by id; `:in` filters take comma lists."""
        with self.lock:
            question = (variant_id, *sorted(filters.items()))
            return self._memo.recall(question, lambda: self._find(filters, variant_id))

    def of_storefront(self, variant_id: int) -> list[Metafield]:
        """What shoppers' browsers may read of a variant, whoever owns it, ascending by id."""
        with self.lock:
            found = self._index.of_variant(variant_id)
        return [each for each in found if each.permission_set.endswith("sf_access")]

    def get(self, metafield_id: int, variant_id: int | None = None) -> Metafield:
        """Raises Refusal 404."""
        metafield = self._index.get(metafield_id)
        if metafield is None or not _visible(metafield) or variant_id not in (None, metafield.resource_id):
            raise not_found("metafield")
        return metafield

    def create(self, item: object, client: str = OUR_CLIENT) -> Metafield:
        """Raises Refusal 404 for an unknown variant, 409 for a duplicate, 422 for an invalid field or where
        the variant has too many."""
        new = _read(item, NewMetafield)
        with self.lock:
            if not self._has_variant(new.resource_id):
                raise not_found(f"variant {new.resource_id}")
            if self._index.id_of((client, new.namespace, new.key, new.resource_id)):
                raise Refusal(
                    409,
                    f"A metafield with namespace {new.namespace} and key {new.key} already exists "
                    f"for variant {new.resource_id}.",
                )
            siblings = self._index.of_variant(new.resource_id)
            if sum(each.owner_client_id == client for each in siblings) >= MOST_PER_VARIANT:
                raise Refusal(422, f"A variant has at most {MOST_PER_VARIANT} metafields.")
            fields = msgspec.structs.asdict(new)
            metafield = Metafield(
                **fields,
                id=self._index.next_id(),
                date_created=now(),
                date_modified=now(),
                owner_client_id=client,
            )
            self._keep(metafield)
            return metafield

    def update(self, metafield_id: int, item: object, client: str = OUR_CLIENT) -> Metafield:
        """Raises Refusal 403 if another client owns it, 404, 409 or 422."""
        changed = _read(item, ChangedMetafield)
        fields = {
            name: value for name, value in msgspec.structs.asdict(changed).items() if value is not UNSET
        }
        with self.lock:
            old = self.get(metafield_id)
            owned = old.owner_client_id == client
            renamed = any(
                name in fields and fields[name] != getattr(old, name)
                for name in ("namespace", "key", "permission_set")
            )
            if not owned and (renamed or not old.permission_set.startswith("write")):
                raise Refusal(403, "Unauthorized to update")
            metafield = msgspec.structs.replace(old, **fields, date_modified=now())
            if self._index.id_of(identity(metafield)) not in (None, metafield_id):
                raise Refusal(409, "A metafield with this namespace and key already exists.")
            self._drop(metafield_id)
            self._keep(metafield)
            return metafield

    def delete(self, metafield_id: int, client: str = OUR_CLIENT) -> None:
        """Raises Refusal 403 if another client owns it, or 404."""
        with self.lock:
            if self.get(metafield_id).owner_client_id != client:
                raise Refusal(403, "Unauthorized to delete")
            self._drop(metafield_id)

    def add_foreign(
        self,
        variant_id: int,
        *,
        namespace: str = "crm",
        key: str = "campaign_product",
        value: str = "theirs",
        permission_set: PermissionSet = "read_and_sf_access",
        client: str = ANOTHER_CLIENT,
    ) -> Metafield:
        """A metafield of another API account, which ours may see but not change."""
        item = {
            "resource_id": variant_id,
            "namespace": namespace,
            "key": key,
            "value": value,
            "permission_set": permission_set,
        }
        return self.create(item, client)

    def remove(self, metafield_id: int) -> None:
        """Remove it without checking its owner, as a third party does. Raises Refusal 404."""
        with self.lock:
            self.get(metafield_id)
            self._drop(metafield_id)

    def remove_of_variant(self, variant_id: int) -> None:
        """Remove all metafields of a variant, as when the variant is deleted."""
        with self.lock:
            for metafield in self._index.of_variant(variant_id):
                self._drop(metafield.id)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo what the block wrote if it raises."""
        with self.lock:
            before = self._index.all()
            try:
                yield
            except BaseException:
                self._memo.forget()
                self._index.restore(before)
                raise

    def _find(self, filters: Mapping[str, str], variant_id: int | None) -> list[Metafield]:
        found = self._index.all() if variant_id is None else self._index.of_variant(variant_id)
        found = [each for each in found if _visible(each)]
        for name, wanted in filters.items():
            field, _, operator = name.partition(":")
            accepted = set(wanted.split(",")) if operator == "in" else {wanted}
            found = [each for each in found if str(getattr(each, field)) in accepted]
        return found

    def _keep(self, metafield: Metafield) -> None:
        self._memo.forget()
        self._index.keep(metafield)

    def _drop(self, metafield_id: int) -> None:
        self._memo.forget()
        self._index.drop(metafield_id)


def _visible(metafield: Metafield) -> bool:
    return metafield.owner_client_id == OUR_CLIENT or metafield.permission_set != "app_only"


def _read(item: object, kind: Any) -> Any:
    try:
        return msgspec.convert(item, kind)
    except msgspec.ValidationError as error:
        raise Refusal(422, f"The metafield is invalid: {error}", {"metafield": str(error)}) from error
