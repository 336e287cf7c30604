"""Prints each step of the start with a check mark and its seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape


class Steps:
    """Prints steps to a terminal (with a spinner while one lasts) or to a log."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Show `name` while the context is open; texts appended to the list are shown after it."""
        began = time.monotonic()
        details: list[str] = []
        mark = "[red]✗[/]"
        try:
            with self.console.status(f"{escape(name)} …"):
                yield details
            mark = "[green]✓[/]"
        finally:
            seconds = f"[dim]{time.monotonic() - began:.1f} s[/]"
            self.console.print(f"{mark} {escape(' '.join([name, *details]))}  {seconds}", highlight=False)
