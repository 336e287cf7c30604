"""crm.store_hook: the webhooks of each store, as it listed them when it was last asked, and their secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from include.crm.database import Connection, execute, fetch_all, fetch_one

# The time of the last event is exact to this.
EVENT_NOTED_SECONDS = 10


@dataclass(frozen=True)
class StoreHook:
    """A row of crm.store_hook; the columns' comments in sql/migrations say what each field means."""

    data_source_id: int
    destination: str
    secret_digest: bytes | None = field(repr=False)
    next_secret_digest: bytes | None = field(repr=False)
    hook_ids: list[int]
    is_active: bool
    active_changed_at: datetime
    checked_at: datetime | None
    last_event_at: datetime | None
    problem: str


@dataclass(frozen=True)
class Receiver:
    """An active data source with hooks: the digests of the secrets that its calls may bring."""

    data_source_id: int
    secret_digest: bytes | None = field(repr=False)
    next_secret_digest: bytes | None = field(repr=False)


def get(crm: Connection, data_source_id: int) -> StoreHook | None:
    """None if the store neither has hooks nor should have some, as far as we know."""
    return of_each(crm, [data_source_id]).get(data_source_id)


def of_each(crm: Connection, data_source_ids: list[int] | None = None) -> dict[int, StoreHook]:
    """By data_source_id, of all data sources or of some."""
    rows = fetch_all(crm, "store_hooks/of_each", data_source_ids=data_source_ids)
    return {row["data_source_id"]: StoreHook(**row) for row in rows}


def receiver(crm: Connection, store_hash: str) -> Receiver | None:
    """None if no call to this store is accepted."""
    row = fetch_one(crm, "store_hooks/receiver", store_hash=store_hash)
    return Receiver(**row) if row else None


def note_event(crm: Connection, data_source_id: int) -> None:
    """Record that BigCommerce called."""
    execute(crm, "store_hooks/note_event", data_source_id=data_source_id, seconds=EVENT_NOTED_SECONDS)


def begin(crm: Connection, data_source_id: int, destination: str, digest: bytes) -> None:
    """Record that the hooks get a new secret; from now on, calls may bring it or the old one."""
    execute(crm, "store_hooks/begin", data_source_id=data_source_id, destination=destination, digest=digest)


def finish(crm: Connection, data_source_id: int, digest: bytes, hook_ids: Sequence[int]) -> None:
    """Record that all hooks are there, active, and have the secret with this digest."""
    execute(crm, "store_hooks/finish", data_source_id=data_source_id, digest=digest, hook_ids=list(hook_ids))


def note_check(crm: Connection, data_source_id: int) -> None:
    """Record that the store has all hooks as they should be."""
    execute(crm, "store_hooks/note_check", data_source_id=data_source_id)


def note_hook_ids(crm: Connection, data_source_id: int, hook_ids: Sequence[int]) -> None:
    """Record that these hooks in the store are ours."""
    execute(crm, "store_hooks/note_hook_ids", data_source_id=data_source_id, hook_ids=list(hook_ids))


def record_problem(crm: Connection, data_source_id: int, problem: str, *, are_lost: bool) -> None:
    """Record that the hooks could not be made, checked or removed; `problem` says why, with the next step.

    `are_lost`: nor are they there any more, as far as anybody can know.
    """
    execute(
        crm,
        "store_hooks/record_problem",
        data_source_id=data_source_id,
        problem=problem,
        are_lost=are_lost,
    )


def forget(crm: Connection, data_source_id: int) -> None:
    """Forget the hooks: the store has none any more, and should have none."""
    execute(crm, "store_hooks/forget", data_source_id=data_source_id)
