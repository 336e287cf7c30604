"""The kinds of problems as fields of a form and of the API."""

from __future__ import annotations

from include.crm.problems import ProblemKind


def field_of(kind: ProblemKind) -> str:
    """E.g. sync_failing."""
    return kind.replace(" ", "_")
