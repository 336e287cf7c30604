"""Scripts that apps and the merchant add to storefront pages (scripts.v3.yml).

An app sees and changes only its own scripts, and has at most ten. The merchant sees all of them in Script
Manager, and may delete any or change its consent category (BigCommerce's article "Scripts API").
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from pathlib import Path
from threading import RLock
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from include.sandbox.catalogue.metafields import OUR_CLIENT
from include.sandbox.change_file import ChangeFile
from include.sandbox.encoding import now
from include.sandbox.refusals import Refusal, not_found

MOST_PER_APP = 10
NO_CLIENT = ""  # of scripts that were added in Script Manager
CHECKOUT_PAGES = {"all_pages", "checkout"}  # visibilities that need the scope for checkout content

Location: TypeAlias = Literal["head", "footer"]
Visibility: TypeAlias = Literal["storefront", "all_pages", "checkout", "order_confirmation"]


class ScriptFields(Struct, frozen=True, kw_only=True):
    """What an app sets. Only `name` is required; defaults without a source are UNVERIFIED."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    description: str = ""
    html: Annotated[str, Meta(max_length=65536)] | UnsetType = UNSET
    src: str | UnsetType = UNSET
    auto_uninstall: bool = False
    load_method: Literal["default", "async", "defer"] = "default"
    location: Location = "head"
    visibility: Visibility = "storefront"
    kind: Literal["src", "script_tag"] = "src"
    consent_category: Literal["essential", "functional", "analytics", "targeting", "unknown"] = "unknown"
    enabled: bool = True
    channel_id: Annotated[int, Meta(ge=1)] = 1
    integrity_hashes: Annotated[tuple[str, ...], Meta(max_length=5)] = ()


class Script(ScriptFields, frozen=True, kw_only=True):
    """One script as the API sends it."""

    uuid: str
    api_client_id: str
    date_created: str
    date_modified: str


class Scripts:
    """All scripts of a store, in the order in which they were created."""

    def __init__(self) -> None:
        self.lock = RLock()
        self._by_uuid: dict[str, Script] = {}
        self._file = ChangeFile(Script | str)

    def keep_in(self, file: Path) -> None:
        """Load what an earlier store saved in `file`, and save every change there."""
        with self.lock:
            for change in self._file.load(file):
                if isinstance(change, str):
                    del self._by_uuid[change]
                else:
                    self._by_uuid[change.uuid] = change

    def all(self) -> list[Script]:
        """Every script, whoever added it."""
        with self.lock:
            return list(self._by_uuid.values())

    def of_app(self, channel_ids: Collection[int] = ()) -> list[Script]:
        """The scripts of our app, of these channels (none named: all)."""
        return [
            each
            for each in self.all()
            if each.api_client_id == OUR_CLIENT and (not channel_ids or each.channel_id in channel_ids)
        ]

    def get(self, script_uuid: str) -> Script:
        """One of our app's scripts; raises Refusal 404."""
        script = self._by_uuid.get(script_uuid)
        if script is None or script.api_client_id != OUR_CLIENT:
            raise not_found("script")
        return script

    def create(self, item: object, client: str = OUR_CLIENT) -> Script:
        """Raises Refusal 422 for an invalid field, or where the app has ten scripts already."""
        fields = _read(item, {})
        with self.lock:
            if client and sum(each.api_client_id == client for each in self.all()) >= MOST_PER_APP:
                raise Refusal(422, f"An app can have {MOST_PER_APP} scripts.", {"limit": "reached"})
            moment = now()
            script = Script(
                **msgspec.structs.asdict(fields),
                uuid=str(uuid.uuid4()),
                api_client_id=client,
                date_created=moment,
                date_modified=moment,
            )
            self._keep(script)
            return script

    def update(self, script_uuid: str, item: object) -> Script:
        """Change the named fields; raises Refusal 404 or 422."""
        with self.lock:
            return self._change(self.get(script_uuid), item)

    def delete(self, script_uuid: str) -> None:
        """Raises Refusal 404."""
        with self.lock:
            self.get(script_uuid)
            self.remove(script_uuid)

    # ---- the merchant, in Script Manager

    def add_by_hand(self, **fields: Any) -> Script:
        """A script that no app can see."""
        return self.create(fields, NO_CLIENT)

    def change(self, script_uuid: str, **fields: Any) -> Script:
        """For example `change(uuid, consent_category="targeting")`; raises KeyError."""
        with self.lock:
            return self._change(self._by_uuid[script_uuid], fields)

    def remove(self, script_uuid: str) -> None:
        """Delete any script; raises KeyError."""
        with self.lock:
            del self._by_uuid[script_uuid]
            self._file.add(script_uuid)

    def remove_all(self) -> None:
        """Delete every script."""
        for script in self.all():
            self.remove(script.uuid)

    def _change(self, old: Script, item: object) -> Script:
        own = {name: getattr(old, name) for name in ScriptFields.__struct_fields__}
        fields = _read(item, {name: value for name, value in own.items() if value is not UNSET})
        script = msgspec.structs.replace(old, **msgspec.structs.asdict(fields), date_modified=now())
        self._keep(script)
        return script

    def _keep(self, script: Script) -> None:
        self._by_uuid[script.uuid] = script
        self._file.add(script)


def _read(item: object, old: dict[str, Any]) -> ScriptFields:
    """`old` with the fields of `item`, checked as the descriptions of scripts.v3.yml demand."""
    if not isinstance(item, dict):
        raise Refusal(422, "A script is a JSON object.")
    try:
        fields = msgspec.convert({**old, **item}, ScriptFields)
    except msgspec.ValidationError as error:
        raise Refusal(422, f"The script is invalid: {error}", {"script": str(error)}) from error
    if item.get("consent_category") == "unknown":
        raise _invalid("consent_category", "unknown is what a script has that names none")
    if fields.channel_id != 1:
        raise _invalid("channel_id", "is unknown: this store has the channel 1 only")
    return _with_one_source(fields, item)


def _with_one_source(fields: ScriptFields, item: dict[str, Any]) -> ScriptFields:
    """A script has either `src` or `html`, as its kind says."""
    own, other = ("src", "html") if fields.kind == "src" else ("html", "src")
    source = getattr(fields, own)
    if item.get(other):
        raise _invalid(other, f"must not be given where kind is {fields.kind}")
    if source is UNSET or not source:
        raise _invalid(own, f"is required where kind is {fields.kind}")
    if own == "html" and fields.load_method != "default":
        raise _invalid("load_method", "must be default where kind is script_tag")
    if own == "html" and len(re.findall(r"<script\b", source, re.IGNORECASE)) != 1:
        raise _invalid("html", "must contain exactly one script tag")
    return msgspec.structs.replace(fields, **{other: UNSET})


def _invalid(field: str, reason: str) -> Refusal:
    return Refusal(422, f"{field} {reason}", {field: reason})
