"""Finds what alerts have to report: how the current problems differ from those reported before. No I/O.

Nothing else is remembered between two checks. So a change is reported until a channel accepts it, and never
again after that: it cannot get lost. A problem that came and went between two checks is not reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from include.crm.alerts import Change, LastReport, Report
from include.crm.problems import Problem, ProblemKind
from include.monitoring import alert_texts

# A known problem is reported again when it has this many times as many orders.
TIMES_MORE = 10


@dataclass(frozen=True)
class ProblemChange:
    """A change to report; `problem` is None if it is over."""

    change: Change
    data_source_id: int
    store_hash: str
    store_name: str
    kind: ProblemKind
    problem: Problem | None

    @property
    def report(self) -> Report:
        """This change as crm.alert records it."""
        if self.problem is None:
            return Report(self.data_source_id, self.kind, self.change)
        problem = self.problem
        detail = alert_texts.detail(problem)
        return Report(self.data_source_id, self.kind, self.change, problem.number, problem.newest, detail)


def find_changes(
    problems: Iterable[Problem], reported: Iterable[LastReport], *, now: datetime, quiet: timedelta
) -> list[ProblemChange]:
    """What to report, by store hash and kind.

    For `quiet` after an alarm nothing more is reported about that problem, except when it is over.
    """
    current = {(each.data_source_id, each.kind): each for each in problems}
    before = {(each.data_source_id, each.kind): each for each in reported}
    changes = []
    for key in {*current, *before}:
        problem, last = current.get(key), before.get(key)
        if change := _change(problem, last, now - quiet):
            subject = problem or last
            assert subject is not None
            changes.append(
                ProblemChange(change, key[0], subject.store_hash, subject.store_name, key[1], problem)
            )
    return sorted(changes, key=lambda each: (each.store_hash, each.kind))


def _change(problem: Problem | None, last: LastReport | None, quiet_since: datetime) -> Change | None:
    if problem is None:
        if last is None or not (last.is_open or last.is_unclear):
            return None
        return "recovered" if last.is_active else "dropped"
    if last is None or last.is_unclear:
        return "new"
    if last.alarmed_at is not None and last.alarmed_at > quiet_since:
        return None
    if not last.is_open:
        return "new"
    return "changed" if _has_grown(problem, last) else None


def _has_grown(problem: Problem, last: LastReport) -> bool:
    if problem.newest and (last.newest is None or problem.newest > last.newest):
        return True
    if problem.kind == "sync failing":
        return _without_numbers(alert_texts.detail(problem)) != _without_numbers(last.detail)
    return problem.number >= TIMES_MORE * last.number


def _without_numbers(sentence: str) -> str:
    """A failure after 31 s is the same failure as one after 30 s."""
    return re.sub(r"\d+", "0", sentence)
