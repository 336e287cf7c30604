"""What alerts have reported: the table crm.alert.

The newest row of a data source and kind is what people know. A report is announced before its message
leaves, and afterwards either confirmed or withdrawn. A report that is neither was left behind by a crash, so
nobody knows whether its message arrived.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from psycopg.types.json import Jsonb

from include.crm.database import Connection, execute, fetch_all
from include.crm.problems import ProblemKind

# new: there was no problem before. changed: a known problem has grown. recovered: it is over. dropped: its
# data source was deactivated, so nothing is sent.
Change = Literal["new", "changed", "recovered", "dropped"]


@dataclass(frozen=True)
class Report:
    """What an alert is about to report about one kind of problem of one data source; as in crm.alert."""

    data_source_id: int
    kind: ProblemKind
    change: Change
    number: int = 0
    newest: datetime | None = None
    detail: str = ""


@dataclass(frozen=True)
class LastReport:
    """What an alert last reported about one kind of problem of one data source.

    `alarmed_at`: when the problem itself was last reported; a report that it is over may have followed.
    `is_unclear`: a later report was announced and never confirmed, so it may or may not have arrived.
    """

    data_source_id: int
    store_hash: str
    store_name: str
    is_active: bool
    kind: ProblemKind
    change: Change
    number: int
    newest: datetime | None
    detail: str
    alarmed_at: datetime | None
    is_unclear: bool

    @property
    def is_open(self) -> bool:
        """Whether people believe that the problem exists."""
        return self.change in ("new", "changed")


def last_reports(crm: Connection) -> list[LastReport]:
    """The last report of each data source and kind, also of problems that are over."""
    return [LastReport(**row) for row in fetch_all(crm, "monitoring/last_reports")]


def announce(crm: Connection, reports: Iterable[Report]) -> list[int]:
    """Record reports; the caller commits, and sends them only then. Returns their alert_ids."""
    rows = [{**asdict(each), "newest": each.newest.isoformat() if each.newest else None} for each in reports]
    return [row["alert_id"] for row in fetch_all(crm, "monitoring/announce", reports=Jsonb(rows))]


def withdraw(crm: Connection, alert_ids: list[int]) -> None:
    """Forget announced reports that could not be sent; the caller commits."""
    execute(crm, "monitoring/withdraw", alert_ids=alert_ids)


def confirm(crm: Connection) -> None:
    """Mark every announced report as delivered; the caller commits."""
    execute(crm, "monitoring/confirm")
