"""The pauses between attempts: doubled each time, never longer than 30 s, and random."""

from __future__ import annotations

import pytest

from include.bigcommerce.backoff import full_jitter, longest_pause


@pytest.mark.parametrize(
    ("attempt", "seconds"),
    [(1, 0), (2, 0.5), (3, 1), (4, 2), (5, 4), (6, 8), (7, 16), (8, 30), (9, 30), (10_000, 30)],
)
def test_the_longest_pause_doubles_up_to_30_seconds(attempt: int, seconds: float) -> None:
    assert longest_pause(attempt) == seconds


def test_a_pause_is_anywhere_up_to_the_longest() -> None:
    pauses = [full_jitter(8.0) for _ in range(1_000)]
    assert all(0 <= pause <= 8 for pause in pauses)
    assert min(pauses) < 1
    assert max(pauses) > 7
