"""Answers worked out once and kept until what they were made of changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memo:
    """A bounded memory of computed answers. The caller holds the lock of what the answers are made of."""

    def __init__(self, size: int = 2000) -> None:
        self._size = size
        self._answers: dict[Hashable, Any] = {}

    def recall(self, question: Hashable, work_out: Callable[[], T]) -> T:
        """The remembered answer, or a fresh one."""
        if question not in self._answers:
            if len(self._answers) >= self._size:
                self.forget()
            self._answers[question] = work_out()
        answer: T = self._answers[question]
        return answer

    def forget(self) -> None:
        """What the answers were made of has changed."""
        self._answers.clear()
