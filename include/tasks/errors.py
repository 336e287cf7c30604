"""What a task of ours itself refuses."""

from __future__ import annotations

from collections.abc import Iterable

from include.errors import FixData


class UnknownParameter(FixData):
    """Somebody gave a Param that the DAG does not have: a typo in `dry_run` must not start a real run."""

    names_its_store = True

    def __init__(self, unknown: Iterable[str], known: Iterable[str]) -> None:
        super().__init__(
            f"This DAG has no parameter {', '.join(sorted(unknown))}, so nothing was done.",
            f"Trigger it again with its own parameters: {', '.join(sorted(known)) or 'none'}.",
        )
