"""What is news: the difference between what is wrong now and what people were told. No I/O.

Nothing is remembered between two looks but what was told. So news is told until somebody took it, and then
never again: lost it cannot be, and what came and went between two looks was none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from include.monitoring.problems import Change, Known, News, Trouble

# A number that grew so much is news, though it is the same trouble.
TIMES_MORE = 10


def news_of(
    troubles: Iterable[Trouble], known: Iterable[Known], *, now: datetime, quiet: timedelta
) -> list[News]:
    """What to tell, in order of store hash and kind; of one trouble nothing more while it is `quiet`.

    That it is over is told at once.
    """
    wrong = {(each.data_source_id, each.kind): each for each in troubles}
    told = {(each.data_source_id, each.kind): each for each in known}
    news = []
    for key in {*wrong, *told}:
        trouble, before = wrong.get(key), told.get(key)
        if change := _change(trouble, before, now - quiet):
            subject = trouble or before
            assert subject is not None
            news.append(News(change, key[0], subject.store_hash, subject.store_name, key[1], trouble))
    return sorted(news, key=lambda each: (each.store_hash, each.kind))


def _change(trouble: Trouble | None, before: Known | None, quiet_since: datetime) -> Change | None:
    if trouble is None:
        if before is None or not (before.is_open or before.is_unclear):
            return None
        return "recovered" if before.is_active else "dropped"
    if before is None or before.is_unclear:
        return "new"
    if before.alarmed_at is not None and before.alarmed_at > quiet_since:
        return None
    if not before.is_open:
        return "new"
    return "changed" if _has_changed(trouble, before) else None


def _has_changed(trouble: Trouble, before: Known) -> bool:
    if trouble.newest and (before.newest is None or trouble.newest > before.newest):
        return True
    if trouble.kind == "sync failing" and _gist(trouble.detail) != _gist(before.detail):
        return True
    return trouble.number >= TIMES_MORE * before.number


def _gist(sentence: str) -> str:
    """A reason without its numbers: the same failure after 31 s is the one after 30 s."""
    return re.sub(r"\d+", "0", sentence)
