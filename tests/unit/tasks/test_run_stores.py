"""One task for several stores: each says how it went, and one that fails stops no other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from contextlib import nullcontext
from typing import Any

import pytest

from include.bigcommerce.errors import StoreUnavailable, TokenRejected
from include.tasks import run_stores
from tests.support.stores_task import StoresTask

STORES = [{"store_hash": name.lower(), "store_name": f"{name} Shop"} for name in ("Tea", "Coffee", "Cake")]
Attempt = Callable[..., list[str]]


@pytest.fixture
def attempt(stores_task: StoresTask) -> Attempt:
    """Runs one attempt in which the named stores fail; the stores it worked on."""

    worked_on: list[str] = []

    def attempt(**failures: Exception) -> list[str]:
        worked_on.clear()

        def step(store_hash: str) -> dict[str, Any]:
            worked_on.append(store_hash)
            if error := failures.get(store_hash):
                raise error
            return {"summary": f"{store_hash}: done"}

        stores_task.run(STORES, step)
        return worked_on

    return attempt


def test_each_store_leaves_its_sentence(stores_task: StoresTask, attempt: Attempt) -> None:
    assert sorted(attempt()) == ["cake", "coffee", "tea"]
    assert stores_task.said == ["tea: done", "coffee: done", "cake: done"]
    assert stores_task.remedies == [None]


def test_store_that_fails_stops_no_other_and_comes_first_in_the_note(
    stores_task: StoresTask, attempt: Attempt
) -> None:
    with pytest.raises(TokenRejected):
        attempt(coffee=TokenRejected("The access token was refused."))
    assert stores_task.said[0].startswith("Coffee Shop: The access token was refused.")
    assert stores_task.said[1:] == ["tea: done", "cake: done"]
    assert stores_task.remedies == ["credentials"]


def test_retry_repeats_only_failed_stores_and_its_note_names_all(
    stores_task: StoresTask, attempt: Attempt
) -> None:
    with pytest.raises(StoreUnavailable):
        attempt(coffee=StoreUnavailable("Unavailable."))
    assert attempt() == ["coffee"]
    assert sorted(stores_task.said) == ["cake: done", "coffee: done", "tea: done"]


@pytest.mark.parametrize("failures", [{}, {"coffee": StoreUnavailable("Unavailable.")}])
def test_cleared_task_works_on_every_store_again(
    stores_task: StoresTask, attempt: Attempt, failures: dict[str, Exception]
) -> None:
    with pytest.raises(StoreUnavailable) if failures else nullcontext():
        attempt(**failures)
    stores_task.clear()
    assert sorted(attempt()) == ["cake", "coffee", "tea"]


def test_task_is_retried_if_that_helps_any_of_its_stores(attempt: Attempt) -> None:
    with pytest.raises(StoreUnavailable):
        attempt(tea=TokenRejected("Refused."), cake=StoreUnavailable("Unavailable."))


def test_unexpected_error_of_a_store_shows_no_value(stores_task: StoresTask, attempt: Attempt) -> None:
    with pytest.raises(Exception, match="unexpected error"):
        attempt(tea=KeyError("jane@example.com"))
    assert "jane" not in stores_task.said[0]


@pytest.mark.parametrize(
    ("error", "has_traceback"),
    [(TokenRejected("Refused.", "Enter a new one."), False), (KeyError("x"), True)],
)
def test_log_has_a_traceback_only_where_it_is_not_clear_what_happened(
    attempt: Attempt, caplog: pytest.LogCaptureFixture, error: Exception, has_traceback: bool
) -> None:
    caplog.set_level("INFO")
    with pytest.raises(Exception, match=r"Refused|unexpected"):
        attempt(tea=error)
    assert any(each.exc_info for each in caplog.records) == has_traceback
    lines = [each.getMessage() for each in caplog.records]
    assert ("Tea Shop: Refused. Enter a new one." in lines) == (not has_traceback)
    assert "cake: done" in lines


def test_no_store_is_no_error_and_says_nothing(stores_task: StoresTask) -> None:
    stores_task.run([], lambda store_hash: {})
    assert stores_task.said is None


def test_single_store_is_a_step_like_any_other(stores_task: StoresTask) -> None:
    stores_task.run(STORES[:1], lambda store_hash: {"summary": f"{store_hash}: done"})
    assert stores_task.said == "tea: done"


class Busy:
    """A step that is slow in some stores, until the last look for further ones has found nothing more."""

    def __init__(self, slow: Collection[str], failing: Collection[str] = ()) -> None:
        self.slow, self.failing = slow, failing
        self.finds = iter([STORES, STORES, STORES])
        self.is_over = threading.Event()
        self.turns: list[str] = []

    def __call__(self, store_hash: str) -> dict[str, Any]:
        self.turns.append(store_hash)
        if store_hash in self.slow:
            assert self.is_over.wait(30), "no other store had its turn meanwhile"
        if store_hash in self.failing:
            raise StoreUnavailable("Unavailable.")
        return {"summary": f"{store_hash}: done {self.turns.count(store_hash)}"}

    def more(self) -> list[dict[str, str]]:
        """Every store has something to do three times; then the slow ones end."""
        if (found := next(self.finds, None)) is None:
            self.is_over.set()
            return []
        return found


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Further stores are looked for often, and none rests."""
    monkeypatch.setattr(run_stores, "LOOKS_EVERY_SECONDS", 0.2)
    monkeypatch.setattr(run_stores, "REST_SECONDS", 0.0)


@pytest.mark.usefixtures("looks")
@pytest.mark.parametrize("slow", [["tea"], ["tea", "coffee"]])
def test_stores_have_their_turns_while_others_are_slow(stores_task: StoresTask, slow: list[str]) -> None:
    busy = Busy(slow)
    stores_task.run([store for store in STORES if store["store_hash"] in slow], busy, more=busy.more)
    assert [busy.turns.count(each) for each in slow] == [1] * len(slow)
    assert busy.turns.count("cake") == 3
    assert stores_task.said[: len(slow)] == [f"{each}: done 1" for each in slow]
    assert "cake: done 1. cake: done 2. cake: done 3" in stores_task.said


@pytest.mark.usefixtures("looks")
def test_store_that_fails_has_no_other_turn_in_the_same_run(stores_task: StoresTask) -> None:
    busy = Busy(["tea"], failing=["cake"])
    with pytest.raises(StoreUnavailable):
        stores_task.run(STORES[:1], busy, more=busy.more)
    assert busy.turns.count("cake") == 1
    assert stores_task.said[0].startswith("Cake Shop: Unavailable.")


@pytest.mark.usefixtures("looks")
def test_run_goes_on_if_further_stores_cannot_be_found(
    stores_task: StoresTask, caplog: pytest.LogCaptureFixture
) -> None:
    is_asked = threading.Event()

    def step(store_hash: str) -> dict[str, Any]:
        assert is_asked.wait(30)
        return {"summary": f"{store_hash}: done"}

    def more() -> list[dict[str, str]]:
        is_asked.set()
        raise KeyError("jane@example.com")

    stores_task.run(STORES[:1], step, more=more)
    assert stores_task.said == ["tea: done"]
    assert "looking for further stores" in caplog.text
    assert "jane" not in caplog.text


def test_run_looks_for_further_stores_only_for_a_time(
    stores_task: StoresTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_stores, "LOOKS_FOR_SECONDS", 0.0)
    stores_task.run(STORES[:1], lambda store_hash: {"summary": "done"}, more=lambda: pytest.fail("asked"))
    assert stores_task.said == ["done"]
