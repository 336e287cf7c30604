"""A cache of answers that is cleared whenever the data behind them changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memo:
    """A bounded cache. The caller holds the lock of the data."""

    def __init__(self, size: int = 2000) -> None:
        self._size = size
        self._answers: dict[Hashable, Any] = {}

    def recall(self, question: Hashable, work_out: Callable[[], T]) -> T:
        """The cached answer, or a new one."""
        if question not in self._answers:
            if len(self._answers) >= self._size:
                self.forget()
            self._answers[question] = work_out()
        answer: T = self._answers[question]
        return answer

    def forget(self) -> None:
        """Clear the cache: the data has changed."""
        self._answers.clear()
