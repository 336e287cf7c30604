"""The script of the checkout redirect in each store, as the store listed it when it was last checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from include.crm.database import Connection, execute, fetch_one

State = Literal["installed", "outdated", "missing", "removed", "disabled", "unknown"]


@dataclass(frozen=True)
class CheckoutScript:
    """A row of crm.checkout_script; the columns' comments in sql/migrations say what each field means."""

    data_source_id: int
    state: State
    state_since: datetime
    version: str
    on_checkout_pages: bool
    installed_at: datetime | None
    checked_at: datetime | None
    problem: str


def get(crm: Connection, data_source_id: int) -> CheckoutScript | None:
    """None if the store neither has the script nor should have it, as far as we know."""
    row = fetch_one(crm, "checkout_scripts/get", data_source_id=data_source_id)
    return CheckoutScript(**row) if row else None


def record(
    crm: Connection,
    data_source_id: int,
    state: State,
    *,
    version: str = "",
    on_checkout_pages: bool = False,
    is_new: bool = False,
    problem: str = "",
) -> None:
    """Record what the store has now; `is_new` if it was installed or updated just now."""
    execute(
        crm,
        "checkout_scripts/record",
        data_source_id=data_source_id,
        state=state,
        version=version,
        on_checkout_pages=on_checkout_pages,
        is_new=is_new,
        problem=problem,
    )


def record_problem(crm: Connection, data_source_id: int, problem: str) -> None:
    """Record that the store did not say what it has; `problem` says why, with the next step."""
    execute(crm, "checkout_scripts/record_problem", data_source_id=data_source_id, problem=problem)


def forget(crm: Connection, data_source_id: int) -> None:
    """Forget the script: the store has none any more, and should have none."""
    execute(crm, "checkout_scripts/forget", data_source_id=data_source_id)
