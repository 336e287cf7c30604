"""Puts all changes into one plain-text message, grouped by store: short, with links to the details."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from include.crm.alerts import Change
from include.monitoring import alert_links, alert_texts
from include.monitoring.problem_changes import ProblemChange
from include.plurals import count_of

# When BigCommerce is unavailable to all stores, the first ones say what happened, and the counts how many.
MOST_STORES = 6
_MARKS: dict[Change, str] = {"new": "NEW", "changed": "CHANGED", "recovered": "RECOVERED"}


@dataclass(frozen=True)
class Message:
    """What is sent. `severity` is a notification type of Apprise, which some channels show as a colour."""

    title: str
    body: str
    severity: Literal["failure", "success", "info"]


def digest(changes: Sequence[ProblemChange], base_url: str, *, first: str = "") -> Message | None:
    """All changes in one message, or None if there are none. `first`: a sentence about no single store."""
    stores = [
        list(of_one_store)
        for _, of_one_store in groupby(
            _in_order([each for each in changes if each.change != "dropped"]), lambda each: each.store_hash
        )
    ]
    if not stores and not first:
        return None
    blocks = [first] if first else []
    blocks += [_store_block(each, base_url) for each in stores[:MOST_STORES]]
    if more := stores[MOST_STORES:]:
        blocks.append(_counts_block(more))
    blocks.append(f"All data sources: {alert_links.page(base_url)}")
    alarms = any(each.change != "recovered" for store in stores for each in store)
    return Message(_title(stores), "\n\n".join(blocks), "failure" if alarms else "success")


def message_for_test(base_url: str) -> Message:
    """What shows people that alerts arrive."""
    text = "This is a test. Alerts about the BigCommerce data sources arrive here."
    return Message("BigCommerce: test message", f"{text}\n\n{alert_links.page(base_url)}", "info")


def _in_order(changes: Sequence[ProblemChange]) -> list[ProblemChange]:
    """Stores with problems first, by store hash."""
    with_problems = {each.store_hash for each in changes if each.change != "recovered"}
    return sorted(
        changes,
        key=lambda each: (
            each.store_hash not in with_problems,
            each.store_hash,
            each.change == "recovered",
        ),
    )


def _store_block(changes: list[ProblemChange], base_url: str) -> str:
    lines = [f"{alert_texts.name(changes[0].store_name)} ({changes[0].store_hash})"]
    for each in changes:
        text = alert_texts.sentence(each.problem) if each.problem else alert_texts.TEXTS[each.kind].recovered
        lines.append(
            f"{_MARKS[each.change]}: {text}\n{alert_links.page(base_url, each.store_hash, each.kind)}"
        )
    return "\n".join(lines)


def _counts_block(stores: list[list[ProblemChange]]) -> str:
    counts = Counter((each.kind, _MARKS[each.change]) for store in stores for each in store)
    parts = ", ".join(f"{number:,} x {kind} ({mark})" for (kind, mark), number in sorted(counts.items()))
    return f"And {count_of(len(stores), 'more store')}: {parts}."


def _title(stores: list[list[ProblemChange]]) -> str:
    """E.g. "BigCommerce: 2 alerts, 1 recovered: Tea Shop"."""
    recovered = sum(each.change == "recovered" for store in stores for each in store)
    alerts = sum(map(len, stores)) - recovered
    counted = [count_of(alerts, "alert")] if alerts else []
    counted += [f"{recovered:,} recovered"] if recovered else []
    if not counted:
        return "BigCommerce: monitoring works again"
    where = alert_texts.name(stores[0][0].store_name) if len(stores) == 1 else f"{len(stores):,} stores"
    return f"BigCommerce: {', '.join(counted)}: {where}"
