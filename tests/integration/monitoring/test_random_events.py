"""A state machine: whatever happens in whatever order, people are told the truth, and everything once.

The database and the channel are real. The machine keeps what a reader of every message believes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from include.crm.data_sources import DataSource
from include.monitoring import steps
from include.monitoring.errors import NotDelivered
from include.monitoring.settings import QUIET
from tests.support.alert_channels import Hook, Memory

STORES = ("cake", "coffee", "tea")
SYNC, ORDERS = "sync failing", "orders rejected"
LINE = re.compile(r"(NEW|CHANGED|RECOVERED): (.*)")
# How many steps one story has, and how many stories there are.
STEPS, STORIES = 25, 12


class Crash(BaseException):
    """The process is killed."""


class Watched(RuleBasedStateMachine):
    """Stores whose syncs fail and whose orders are rejected, a channel that may fail, and checks."""

    crm: psycopg.Connection[Any]
    sources: dict[str, DataSource]
    hook: Hook
    order: Callable[..., int]
    ledger_row: Callable[..., Any]
    patch: pytest.MonkeyPatch

    def __init__(self) -> None:
        super().__init__()
        self.change("TRUNCATE crm.alert, crm.sync_run, crm.order_push CASCADE")
        self.change("UPDATE crm.data_source SET state = 'active'")
        self.memory = Memory()
        self.hook.broken, self.hook.received[:] = False, []
        self.error: dict[str, str] = {}
        self.rejected: dict[str, set[int]] = {store: set() for store in STORES}
        self.believed: set[tuple[str, str]] = set()
        self.added: set[tuple[str, str]] = set()  # since the last message
        self.may_repeat = False

    def change(self, statement: str, *parameters: object) -> None:
        self.crm.execute(statement.encode(), parameters)
        self.crm.commit()

    @rule(store=st.sampled_from(STORES), error=st.sampled_from(["", "Unavailable.", "The token is refused."]))
    def sync_finishes(self, store: str, error: str) -> None:
        self.change(
            "INSERT INTO crm.sync_run (data_source_id, trigger, status, error, finished_at) "
            "VALUES (%s, 'manual', %s, %s, now())",
            self.sources[store].data_source_id,
            "Failed" if error else "Completed",
            error or None,
        )
        if error and error != self.error.get(store):
            self.added.add((store, SYNC))
        self.error[store] = error

    @rule(store=st.sampled_from(STORES))
    def order_is_rejected(self, store: str) -> None:
        order_id = self.order(self.sources[store])
        self.ledger_row(self.sources[store], order_id, "rejected")
        # rejected long enough ago, each later than the ones before
        self.change(
            "UPDATE crm.order_push SET updated_at = '2026-11-01'::timestamptz + order_id * interval '1 s' "
            "WHERE order_id = %s",
            order_id,
        )
        self.rejected[store].add(order_id)
        self.added.add((store, ORDERS))

    @rule(store=st.sampled_from(STORES), which=st.integers(0, 5))
    def order_is_retried(self, store: str, which: int) -> None:
        if self.rejected[store]:
            order_id = sorted(self.rejected[store])[which % len(self.rejected[store])]
            self.rejected[store].remove(order_id)
            self.change("UPDATE crm.order_push SET state = 'pending' WHERE order_id = %s", order_id)

    @rule()
    def channel_breaks_or_works_again(self) -> None:
        self.hook.broken = not self.hook.broken

    @precondition(lambda self: self.hook.broken)
    @rule()
    def check_while_no_channel_accepts(self) -> None:
        try:
            steps.watch(self.memory)
        except NotDelivered:
            assert self.hook.received == []
        else:
            assert self.problems() == self.believed

    @precondition(lambda self: not self.hook.broken)
    @rule()
    def check(self) -> None:
        steps.watch(self.memory)
        self.people_read()
        assert self.believed == self.problems()
        self.may_repeat = False
        self.added.clear()

    @precondition(lambda self: not self.hook.broken)
    @rule()
    def check_that_crashes_after_sending(self) -> None:
        def crash(*_: object) -> None:
            raise Crash

        with self.patch.context() as dying:
            dying.setattr(steps, "confirm", crash)
            with pytest.raises(Crash):
                steps.watch(self.memory)
        self.people_read()
        assert self.believed == self.problems()
        self.may_repeat = True

    def problems(self) -> set[tuple[str, str]]:
        return {(store, SYNC) for store in STORES if self.error.get(store)} | {
            (store, ORDERS) for store in STORES if self.rejected[store]
        }

    def people_read(self) -> None:
        """Believe what the messages say; none of them repeats what people know."""
        store = ""
        assert len(self.hook.received) <= 1
        for line in "\n".join(self.hook.bodies).split("\n"):
            if header := re.fullmatch(r".* \((\w+)\)", line):
                store = header[1]
            elif said := LINE.match(line):
                self.hear(said[1], (store, SYNC if "sync" in said[2] else ORDERS))
        self.hook.received.clear()

    def hear(self, mark: str, what: tuple[str, str]) -> None:
        if mark == "RECOVERED":
            assert what in self.believed or self.may_repeat
            self.believed.discard(what)
            return
        if mark == "NEW":
            assert what not in self.believed or self.may_repeat
        else:
            assert what in self.believed
            assert what in self.added
        self.believed.add(what)


def test_alerts_are_true_and_never_repeated(
    watched: str,
    crm: psycopg.Connection[Any],
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Callable[..., Any],
    hook: Hook,
    channel: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel(hook.url)
    monkeypatch.setenv(QUIET, "0")
    Watched.crm, Watched.hook, Watched.patch = crm, hook, monkeypatch
    Watched.sources = {store: source(store) for store in STORES}
    Watched.order, Watched.ledger_row = staticmethod(order), staticmethod(ledger_row)
    run_state_machine_as_test(
        Watched,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
