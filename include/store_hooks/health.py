"""Says whether changes in a store reach the CRM at once: whether its webhooks work, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from include.crm import store_hooks
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.store_hooks import StoreHook
from include.store_hooks.address import PUBLIC_URL, public_address

State = Literal["active", "failing", "not made", "no address", "off"]

# The words for each state, which the page shows as a badge.
LABELS: dict[State, str] = {
    "active": "Active",
    "failing": "Not active",
    "not made": "Not made yet",
    "no address": "No public address",
    "off": "Off",
}
_SENTENCES: dict[State, str] = {
    "active": "Changes arrive at once.",
    "failing": "BigCommerce does not call, so changes arrive with the next sync.",
    "not made": "There are no webhooks yet. The next sync or the daily check makes them.",
    "no address": "Changes arrive with the next sync, because BigCommerce cannot call this Airflow: it has "
    f"no public https address. An administrator can set it with {PUBLIC_URL}.",
    "off": "Changes arrive with the next sync.",
}


@dataclass(frozen=True)
class HookHealth:
    """`problem` says why the last attempt to make, check or remove the webhooks failed; it may be empty."""

    state: State
    sentence: str
    problem: str = ""
    last_event_at: datetime | None = None
    checked_at: datetime | None = None

    @property
    def label(self) -> str:
        """The state in a word or two."""
        return LABELS[self.state]

    @property
    def tone(self) -> Literal["", "good", "warn", "bad"]:
        """How much a person has to care; empty if it is as the settings say."""
        if self.state == "failing":
            return "bad"
        if self.state == "not made" or self.problem:
            return "warn"
        return "good" if self.state == "active" else ""

    @property
    def can_be_checked(self) -> bool:
        """Whether asking the store may change anything."""
        return self.state in ("active", "failing", "not made")

    @property
    def message(self) -> str:
        """Everything to say after a check."""
        return f"{self.sentence} {self.problem}".strip()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def hook_health(crm: Connection, source: DataSource) -> HookHealth:
    """Of one store."""
    return health_of(source, store_hooks.get(crm, source.data_source_id))


def health_of(source: DataSource, known: StoreHook | None) -> HookHealth:
    """From what the store said when it was last asked, and when BigCommerce last called."""
    problem = known.problem if known else ""
    if source.state != "active" or not source.changes_at_once:
        return HookHealth("off", _SENTENCES["off"], problem)
    if not public_address():
        return HookHealth("no address", _SENTENCES["no address"], problem)
    if known is None or not (known.is_active or known.problem):
        return HookHealth("not made", _SENTENCES["not made"])
    state: State = "active" if known.is_active else "failing"
    return HookHealth(state, _SENTENCES[state], problem, known.last_event_at, known.checked_at)
