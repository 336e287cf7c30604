"""Words what a sync did: its summary, its labelled lines, its changes and its warnings."""

from __future__ import annotations

from include.crm.sync_changes import Change, ChangeKind
from include.crm.sync_run_rows import SyncRun
from include.crm.sync_warnings import WarningKind
from include.outside_text import LONGEST, clean_text, visible
from include.plurals import count_of

# How the counts and crm.sync_change name a change, and how people read it.
CHANGES: dict[ChangeKind, str] = {
    "new": "new",
    "changed": "changed",
    "removed": "removed",
    "revived": "restored",
    "relinked": "matched to a new id",
}
# How a change reads that a dry run found.
WOULD_CHANGE: dict[ChangeKind, str] = {
    "new": "would be new",
    "changed": "would change",
    "removed": "would be removed",
    "revived": "would be restored",
    "relinked": "would be matched to a new id",
}
# How the counts name each kind of warning, and its heading on the page.
WARNING_KINDS: dict[WarningKind, tuple[str, str]] = {
    "blank SKU": ("blank_skus", "Blank SKUs"),
    "duplicate SKU": ("duplicate_skus", "Variants with duplicate SKUs"),
    "quarantined": ("quarantined", "Skipped rows"),
    "required option": ("required_options", "Required options without a default value"),
    "custom field refused": ("custom_fields_refused", "Custom fields that BigCommerce refused"),
}
_TRIGGERS = {
    "scheduled": "schedule",
    "command line": "command line",
    "store change": "a change in the store",
}
_COLUMNS = {
    "name": "name",
    "visible": "visible",
    "sku": "SKU",
    "price": "price",
    "compare_at_price": "compare-at price",
    "purchasable": "purchasable",
    "options": "options",
    "bigcommerce_variant_id": "BigCommerce variant",
}


def sentence(counts: dict[str, int], *, dry_run: bool = False) -> str:
    """One line, e.g. "1,204 products, 6,020 variants: 3 changed; 3 custom fields written; 2 warnings"."""
    changed = ", ".join(
        f"{number:,} {word}"
        for change, word in CHANGES.items()
        if (number := counts.get(f"products_{change}", 0) + counts.get(f"variants_{change}", 0))
    )
    parts = [
        ", ".join(count_of(counts.get(f"{each}s", 0), each) for each in ("product", "variant"))
        + f": {changed or 'nothing changed'}"
    ]
    if "custom_fields_written" in counts:
        parts.append(f"{count_of(counts['custom_fields_written'], 'custom field')} written")
    if "custom_fields_to_write" in counts:
        parts.append(f"{count_of(counts['custom_fields_to_write'], 'custom field')} to write")
    if warnings := number_of_warnings(counts):
        parts.append(count_of(warnings, "warning"))
    return ("Dry run, nothing was written. " if dry_run else "") + "; ".join(parts)


def of_changes(asked: int, counts: dict[str, int], left: int) -> str:
    """One line about a sync of changes; `left`: missing products that only a full sync may remove."""
    described = f"Looked at {count_of(asked, 'product')} that may have changed. {sentence(counts)}"
    if left:
        described += (
            f". Not removed: {count_of(left, 'product')} that the store no longer lists, with more than half "
            "of all variants; the next full sync decides"
        )
    return described


def number_of_changes(counts: dict[str, int], change: ChangeKind | None = None) -> int:
    """How many changes a sync made, of one kind or of all, including those that are not kept."""
    return sum(
        counts.get(f"{kind}_{each}", 0)
        for kind in ("products", "variants")
        for each in ([change] if change else CHANGES)
    )


def started_by(run: SyncRun) -> str:
    """Who or what started a sync: the name of a person where it is known, or e.g. "schedule"."""
    if run.trigger == "backfill":
        return f"{run.started_by} (backfill)" if run.started_by else "backfill"
    return run.started_by or ("a person" if run.trigger == "manual" else _TRIGGERS[run.trigger])


def number_of_warnings(counts: dict[str, int]) -> int:
    """How many warnings a sync has, including those that are not kept."""
    return sum(counts.get(name, 0) for name, _ in WARNING_KINDS.values())


def lines(run: SyncRun) -> list[tuple[str, str]]:
    """A few labelled lines about a finished sync, for a terminal or a page."""
    counts = run.counts
    described = [("Status", f"{run.status}{' (dry run)' if run.dry_run else ''}")]
    if run.error:
        described.append(("Reason", run.error))
    for kind in ("products", "variants"):
        if kind in counts:
            details = [f"{counts[name]:,} {word}" for change, word in [*CHANGES.items(), ("unchanged",) * 2]
                       if counts.get(name := f"{kind}_{change}")]  # fmt: skip
            described.append((kind.capitalize(), f"{counts[kind]:,} ({', '.join(details) or 'none'})"))
    if run.status == "Completed":
        described += [("Custom fields", _custom_fields(run)), ("Warnings", _warnings(counts))]
    described.append(("Time", f"{run.seconds or 0.0:.1f} s"))
    described.append(("Requests", f"{run.requests:,} (minimum {run.requests_least:,})"))
    return described


def change_line(change: Change) -> str:
    """One change on one line, e.g. "changed variant TEA-S (Tea): price 3.50 -> 4.00"."""
    sku, name = visible(change.sku) or "without SKU", clean_text(change.name, LONGEST)
    line = f"{CHANGES[change.change]} {change.kind} {sku} ({name})"
    if differences := change.differences:
        line += ": " + ", ".join(
            f"{column_label(each.name)} {_on_one_line(each.before)} -> {_on_one_line(each.after)}"
            for each in differences
        )
    return line


def _on_one_line(value: object) -> str:
    return clean_text(value_text(value), LONGEST)


def column_label(column: str) -> str:
    """How people read a column of a change, e.g. "compare-at price" for compare_at_price."""
    return _COLUMNS.get(column, column)


def value_text(value: object) -> str:
    """How people read a value of a change, e.g. "yes", "none" or "Size: S, Colour: red"."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(f"{option['name']}: {option['value']}" for option in value) or "none"
    return str(value) or "empty"


def _custom_fields(run: SyncRun) -> str:
    if run.dry_run:
        return f"{run.counts.get('custom_fields_to_write', 0):,} to write"
    return f"{run.counts.get('custom_fields_written', 0):,} written back"


def _warnings(counts: dict[str, int]) -> str:
    found = [
        f"{counts[name]:,} {heading[0].lower()}{heading[1:]}"
        for name, heading in WARNING_KINDS.values()
        if counts.get(name)
    ]
    return ", ".join(found) or "none"
