"""The metrics that a sync leaves when it has ended."""

from __future__ import annotations

from include.crm.sync_run_rows import SyncRun
from include.metrics import catalogue as metrics
from include.product_sync.summary import CHANGES, number_of_warnings


def completed(run: SyncRun) -> None:
    """Measure a Completed sync; a dry run counts as a sync and no more."""
    store, counts = run.store_hash, run.counts
    _ended(store, "dry_run" if run.dry_run else "completed")
    if run.dry_run:
        return
    metrics.SYNC_DURATION.record(run.seconds or 0.0)
    metrics.WARNINGS.add(number_of_warnings(counts), store=store)
    changes_published(run)


def changes_published(run: SyncRun) -> None:
    """Measure what a full sync or a sync of changes read, changed and wrote."""
    store, counts = run.store_hash, run.counts
    metrics.PRODUCTS_READ.add(counts["products"], store=store)
    for kind in ("products", "variants"):
        for change in CHANGES:
            if (name := f"{kind}_{change}") in counts:  # only variants are matched to a new id
                metrics.CHANGES.add(counts[name], store=store, kind=kind, change=change)
    for outcome in ("written", "refused"):
        metrics.CUSTOM_FIELDS.add(counts[f"custom_fields_{outcome}"], store=store, outcome=outcome)


def failed(store_hash: str) -> None:
    """Measure a sync that failed for good."""
    _ended(store_hash, "failed")


def _ended(store_hash: str, status: str) -> None:
    for each in ("completed", "failed", "dry_run"):
        metrics.SYNCS.add(int(each == status), store=store_hash, status=each)
