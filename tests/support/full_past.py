"""A past with two old rows of each kind that housekeeping deletes."""

from __future__ import annotations

from include.crm import sync_history
from tests.support.crm_past import Past, days_ago

OLD = 400.0  # days, past every default
KEPT_SYNCS = sync_history.TREND_LENGTH


def with_newer_syncs(past: Past, source: int) -> None:
    """Add as many syncs as are kept for being the newest, Completed and published today."""
    for _ in range(KEPT_SYNCS):
        past.sync(source, 0.1, published_at=days_ago(0.1))


def full_past(past: Past, source: int) -> None:
    """Two old rows of each kind."""
    for number in range(2):
        past.hint(source, OLD + number)
        past.page(past.sync(source, 95, "Failed"))
        past.reconciliation(source, OLD)
        past.order(source, "pushed", OLD, attempts=(OLD,))
        past.cancellation(source, "pushed", OLD, attempts=(OLD,))
        past.alert(source, "new", OLD)
        past.price_preview(source, OLD)
    past.reconciliation(source, 1)
    past.alert(source, "recovered", 1)
    with_newer_syncs(past, source)
    past.crm.commit()
