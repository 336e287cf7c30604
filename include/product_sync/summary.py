"""What a sync did, in the words of the people who watch it."""

from __future__ import annotations

from typing import Any

CHANGES = ["new", "changed", "removed", "revived", "relinked"]


def sentence(counts: dict[str, int], *, dry_run: bool = False) -> str:
    """One line, e.g. "1,204 products, 6,020 variants: 3 changed; 3 custom fields written; 2 warnings"."""
    changed = ", ".join(
        f"{number:,} {change}"
        for change in CHANGES
        if (number := counts.get(f"products_{change}", 0) + counts.get(f"variants_{change}", 0))
    )
    parts = [
        f"{_number(counts.get('products', 0), 'product')}, {_number(counts.get('variants', 0), 'variant')}: "
        + (changed or "nothing changed")
    ]
    if "custom_fields_written" in counts:
        parts.append(f"{_number(counts['custom_fields_written'], 'custom field')} written")
    if "custom_fields_to_write" in counts:
        parts.append(f"{_number(counts['custom_fields_to_write'], 'custom field')} to write")
    if warnings := number_of_warnings(counts):
        parts.append(_number(warnings, "warning"))
    return ("Dry run, nothing was written. " if dry_run else "") + "; ".join(parts)


def number_of_warnings(counts: dict[str, int]) -> int:
    """Rows of the store that somebody should look at."""
    return sum(
        counts.get(name, 0)
        for name in ("blank_skus", "duplicate_skus", "quarantined", "custom_fields_refused")
    )


def lines(run: dict[str, Any]) -> list[tuple[str, str]]:
    """A few labelled lines about an ended sync (a row of crm.sync_run), for a terminal or a page."""
    counts: dict[str, int] = run["counts"]
    seconds = (run["finished_at"] - run["started_at"]).total_seconds() if run["started_at"] else 0.0
    described = [("Status", f"{run['status']}{' (dry run)' if run['dry_run'] else ''}")]
    if run["error"]:
        described.append(("Why", run["error"]))
    for kind in ("products", "variants"):
        if kind in counts:
            details = [f"{counts[name]:,} {change}" for change in [*CHANGES, "unchanged"]
                       if counts.get(name := f"{kind}_{change}")]  # fmt: skip
            described.append((kind.capitalize(), f"{counts[kind]:,} ({', '.join(details) or 'none'})"))
    if run["status"] == "Completed":
        name = "custom_fields_to_write" if run["dry_run"] else "custom_fields_written"
        described.append(
            (
                "Custom fields",
                f"{counts.get(name, 0):,} {'to write' if run['dry_run'] else 'written back'}",
            )
        )
        described.append(
            (
                "Warnings",
                f"{counts.get('blank_skus', 0):,} blank SKUs, {counts.get('duplicate_skus', 0):,} variants "
                f"with duplicate SKUs, {counts.get('quarantined', 0):,} rows left out, "
                f"{counts.get('custom_fields_refused', 0):,} custom fields refused",
            )
        )
    described.append(("Time", f"{seconds:.1f} s"))
    described.append(("Requests", f"{run['requests']:,} (the least possible: {run['requests_least']:,})"))
    return described


def change_line(change: dict[str, Any]) -> str:
    """One change of crm.sync_run.changes, e.g. "changed variant TEA-S (Tea): price 3.50 -> 4.00"."""
    line = f"{change['change']} {change['kind']} {change['sku'] or 'without SKU'} ({change['name']})"
    before, after = change["before"], change["after"]
    if before and after:
        line += ": " + ", ".join(
            f"{name} {before[name]} -> {after[name]}" for name in after if before.get(name) != after[name]
        )
    return line


def _number(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
