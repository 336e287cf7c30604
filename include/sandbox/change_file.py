"""A file of changes: a later store loads from it what an earlier one had.

Each line is one JSON value: a record as it is now, or the id of a deleted one. A last line that is
incomplete, because the process was killed, is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from include.sandbox.encoding import to_json


class ChangeFile:
    """The changes of one kind of record. Until it is opened, changes are not kept."""

    def __init__(self, kind: Any) -> None:
        self._decoder = msgspec.json.Decoder(kind)
        self._file: BinaryIO | None = None

    def load(self, file: Path) -> Iterator[Any]:
        """The changes that `file` has; once they are all read, every further change is added to it."""
        file.touch()
        content = file.read_bytes()
        complete = content[: content.rfind(b"\n") + 1]
        for line in complete.splitlines():
            yield self._decoder.decode(line)
        self._file = file.open("ab", buffering=0)
        self._file.truncate(len(complete))

    def add(self, change: object) -> None:
        """Save a record as it is now, or the id of a deleted one."""
        if self._file:
            self._file.write(to_json(change) + b"\n")
