"""The hooks of a store. An API account sees and changes only its own, and has at most ten for a scope."""

from __future__ import annotations

import hashlib
import time
from ipaddress import ip_address
from threading import RLock
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from include.sandbox.refusals import Refusal, not_found
from include.sandbox.webhooks.events import SCOPES, covers

MOST_PER_SCOPE = 10
HTTPS_PORT = 443


class HookFields(Struct, frozen=True, kw_only=True):
    """What an app sets."""

    scope: str
    destination: str
    is_active: bool = True
    headers: dict[str, str] | None = None


class Hook(HookFields, frozen=True, kw_only=True):
    """One hook as the API sends it."""

    id: int
    client_id: str
    store_hash: str
    created_at: int
    updated_at: int


class Hooks:
    """All hooks of a store, in the order in which they were created."""

    def __init__(self, store_hash: str) -> None:
        self._store_hash = store_hash
        self._by_id: dict[int, Hook] = {}
        self._highest_id = 18048286
        self._lock = RLock()

    def all(self) -> list[Hook]:
        """Every hook, whoever made it."""
        with self._lock:
            return list(self._by_id.values())

    def of_account(self, token: str, filters: dict[str, Any]) -> list[Hook]:
        """The hooks of the API account with this token, with these values."""
        client = client_of(token)
        return [
            hook
            for hook in self.all()
            if hook.client_id == client
            and all(getattr(hook, name) == wanted for name, wanted in filters.items())
        ]

    def called_for(self, scope: str) -> list[Hook]:
        """The active hooks that an event of this scope is for."""
        return [hook for hook in self.all() if hook.is_active and covers(hook.scope, scope)]

    def one(self, hook_id: int, token: str | None = None) -> Hook:
        """One hook, of the account with this token; raises Refusal 404."""
        hook = self._by_id.get(hook_id)
        if hook is None or (token is not None and hook.client_id != client_of(token)):
            raise not_found("webhook")
        return hook

    def create(self, item: object, token: str, *, to_loopback: bool = False) -> Hook:
        """Raises Refusal 422 for an invalid field, or for an eleventh hook of a scope."""
        fields = _read(item, {}, to_loopback)
        with self._lock:
            alike = self.of_account(token, {"scope": fields.scope})
            if len(alike) >= MOST_PER_SCOPE:
                raise _invalid("scope", f"has {MOST_PER_SCOPE} webhooks already")
            self._highest_id += 1
            now = int(time.time())
            hook = Hook(
                **msgspec.structs.asdict(fields),
                id=self._highest_id,
                client_id=client_of(token),
                store_hash=self._store_hash,
                created_at=now,
                updated_at=now,
            )
            self._by_id[hook.id] = hook
            return hook

    def update(self, hook_id: int, item: object, token: str, *, to_loopback: bool = False) -> Hook:
        """Change the named fields; raises Refusal 404 or 422."""
        with self._lock:
            old = self.one(hook_id, token)
            own = {name: getattr(old, name) for name in HookFields.__struct_fields__}
            fields = _read(item, own, to_loopback)
            hook = msgspec.structs.replace(old, **msgspec.structs.asdict(fields), updated_at=int(time.time()))
            self._by_id[hook_id] = hook
            return hook

    def delete(self, hook_id: int, token: str) -> Hook:
        """The hook that was deleted; raises Refusal 404."""
        with self._lock:
            hook = self.one(hook_id, token)
            del self._by_id[hook_id]
            return hook

    # ---- what BigCommerce itself does

    def deactivate(self, hook_id: int | None = None) -> None:
        """Deactivate one hook, or all: its calls failed for two days, or nothing called it for 90 days."""
        with self._lock:
            for each in [hook_id] if hook_id else list(self._by_id):
                if each in self._by_id:
                    self._by_id[each] = msgspec.structs.replace(self._by_id[each], is_active=False)

    def remove_all(self) -> None:
        """Delete every hook, as where the API account is deleted."""
        with self._lock:
            self._by_id.clear()


def client_of(token: str) -> str:
    """The API account of a token: each has its own, and a new token means a new account."""
    return hashlib.sha256(token.encode()).hexdigest()[:31]


def _read(item: object, old: dict[str, Any], to_loopback: bool) -> HookFields:
    if not isinstance(item, dict) or not item:
        raise Refusal(422, "A webhook is a JSON object with at least one field.")
    try:
        fields = msgspec.convert({**old, **item}, HookFields)
    except msgspec.ValidationError as error:
        raise Refusal(422, f"The webhook is invalid: {error}", {"webhook": str(error)}) from error
    if fields.scope not in SCOPES:
        raise _invalid("scope", "is not a scope of this store")
    if _destination_kind(fields.destination) not in ("public", *(["loopback"] if to_loopback else [])):
        raise _invalid("destination", "must be an https address on port 443")
    return fields


def _destination_kind(destination: str) -> Literal["public", "loopback", "none"]:
    try:
        address = urlsplit(destination)
        port, host = address.port, address.hostname or ""
    except ValueError:
        return "none"
    if address.scheme == "https" and host and port in (None, HTTPS_PORT):
        return "public"
    return "loopback" if address.scheme == "http" and _is_loopback(host) else "none"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _invalid(field: str, reason: str) -> Refusal:
    return Refusal(422, f"{field} {reason}", {field: reason})
