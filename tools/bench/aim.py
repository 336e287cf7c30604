"""An aim of the project: a sentence, and how a run's measurements are judged by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tools.bench.results import Results

Outcome = Literal["met", "not met", "not measured"]
Number = Callable[[Results], float]


@dataclass(frozen=True)
class Aim:
    """`judge` gives what was measured, in words, and whether that meets the aim; KeyError if nothing was."""

    what: str
    judge: Callable[[Results], tuple[str, bool]]

    def outcome(self, results: Results) -> tuple[str, Outcome]:
        """What was measured, in words, and what became of the aim."""
        try:
            measured, is_met = self.judge(results)
        except KeyError:
            return "", "not measured"
        return measured, "met" if is_met else "not met"


def at_most(what: str, number: Number, limit: float, form: str = "{:,.0f}") -> Aim:
    """An aim that a number does not exceed a limit. `form` words the number."""
    return Aim(what, lambda results: _worded(number(results), form, number(results) <= limit))


def at_least(what: str, number: Number, limit: float, form: str = "{:,.0f}") -> Aim:
    """An aim that a number reaches a limit."""
    return Aim(what, lambda results: _worded(number(results), form, number(results) >= limit))


def _worded(number: float, form: str, is_met: bool) -> tuple[str, bool]:
    return form.format(number), is_met
