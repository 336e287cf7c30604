"""Calls hooks when the store changes: in a thread of its own, with retries, blocking and deactivation.

Any 2xx acknowledges a call. Others are repeated after the pauses of `Settings.hook_retries`; when the last
failed too, the hook is deactivated. A host that fails too often is blocked (hosts.py).
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from include.sandbox.refusals import Refusal
from include.sandbox.webhooks.events import event_body
from include.sandbox.webhooks.hooks import Hook, Hooks
from include.sandbox.webhooks.hosts import Hosts, post

if TYPE_CHECKING:
    from include.sandbox.store.settings import Settings


# What can happen to a call: it never leaves, it leaves twice, or it leaves up to `late_seconds` late, and so
# in another order.
Mishap: TypeAlias = Literal["lost", "duplicated", "late"]


@dataclass(order=True)
class _Call:
    due: float
    number: int
    hook_id: int = field(compare=False)
    body: bytes = field(compare=False)
    attempt: int = field(compare=False, default=0)


@dataclass(frozen=True)
class Called:
    """One call that was made; `status` is None where no answer came."""

    hook_id: int
    destination: str
    body: bytes
    attempt: int
    status: int | None


class Deliveries:
    """The calls of one store's hooks. The thread starts with the first event that is for a hook."""

    def __init__(self, hooks: Hooks, store_hash: str, settings: Settings) -> None:
        self.settings = settings
        self.log: list[Called] = []
        self.mishaps: Counter[str] = Counter()
        self._hooks = hooks
        self._store_hash = store_hash
        self._changed = Condition()
        self._calls: list[_Call] = []  # a heap, the next one first
        self._held: list[tuple[Hook, bytes]] | None = None
        self._numbers = itertools.count(1)
        self._in_hand = 0
        self._is_stopped = False
        self._thread: Thread | None = None
        self._random, self._chances, self._late_seconds = Random(0), dict[Mishap, float](), 0.0  # noqa: S311
        self.hosts = Hosts()

    # ---- events

    def announce(self, scope: str, data: dict[str, Any]) -> None:
        """Something changed: call the hooks that this event is for."""
        hooks = self._hooks.called_for(scope)
        if not hooks:
            return
        body = event_body(self._store_hash, scope, data, self.settings.hook_hash_covers)
        with self._changed:
            for hook in hooks:
                if self._held is not None:
                    self._held.append((hook, body))
                else:
                    self._send(hook, body)

    # ---- what can go wrong on the way

    def by_chance(self, seed: int, chances: Mapping[Mishap, float], *, late_seconds: float = 0.2) -> None:
        """From now on these shares of the calls are lost, duplicated or late; the seed is printed."""
        print(f"Sandbox webhooks by chance, seed {seed}: {dict(chances)}")
        with self._changed:
            self._random, self._chances = Random(seed), dict(chances)  # noqa: S311 - repeatable
            self._late_seconds = late_seconds

    def hold(self) -> None:
        """Keep the calls back from now on."""
        with self._changed:
            self._held = self._held or []

    def release(self, seed: int | None = None) -> None:
        """Make the calls that were kept back, in another order with a `seed`, and no longer keep any back."""
        with self._changed:
            held, self._held = self._held or [], None
            if seed is not None:
                Random(seed).shuffle(held)  # noqa: S311 - repeatable
            for hook, body in held:
                self._send(hook, body)

    def repeat(self, call: Called) -> None:
        """Make a call again that was made before, as a repetition of BigCommerce or a replay would."""
        with self._changed:
            self._add(call.hook_id, call.body)

    # ---- the calls

    def wait_until_done(self, seconds: float = 30.0) -> None:
        """Wait until no call is due or on its way, but for those that are held; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._calls and not self._in_hand, seconds):
                raise TimeoutError(f"{len(self._calls)} calls of webhooks are left after {seconds} s.")

    def stop(self) -> None:
        """Make no more calls, and end the thread."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join()

    def _send(self, hook: Hook, body: bytes) -> None:
        times, late = 1, 0.0
        chance = self._random.random()
        for mishap, share in self._chances.items():
            chance -= share
            if chance < 0:
                self.mishaps[mishap] += 1
                times = {"lost": 0, "duplicated": 2, "late": 1}[mishap]
                late = self._random.uniform(0, self._late_seconds) if mishap == "late" else 0.0
                break
        for _ in range(times):
            self._add(hook.id, body, late)

    def _add(self, hook_id: int, body: bytes, late: float = 0.0, attempt: int = 0) -> None:
        due = time.monotonic() + late
        heapq.heappush(self._calls, _Call(due, next(self._numbers), hook_id, body, attempt))
        if self._thread is None and not self._is_stopped:
            self._thread = Thread(target=self._work, name=f"webhooks of {self._store_hash}", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        while call := self._next():
            try:
                self._make(call)
            finally:
                with self._changed:
                    self._in_hand -= 1
                    self._changed.notify_all()

    def _next(self) -> _Call | None:
        with self._changed:
            while not self._is_stopped:
                wait = self._calls[0].due - time.monotonic() if self._calls else None
                if wait is not None and wait <= 0:
                    self._in_hand += 1
                    return heapq.heappop(self._calls)
                self._changed.wait(wait)
            return None

    def _make(self, call: _Call) -> None:
        try:
            hook = self._hooks.one(call.hook_id)
        except Refusal:
            return
        if not hook.is_active:
            return
        with self._changed:
            if wait := self.hosts.seconds_blocked(hook.destination):
                self._add(call.hook_id, call.body, wait, call.attempt)
                return
        status = post(hook, call.body)
        is_acknowledged = status is not None and 200 <= status < 300
        with self._changed:
            self.log.append(Called(hook.id, hook.destination, call.body, call.attempt + 1, status))
            block_seconds = self.settings.hook_block_seconds
            self.hosts.note(hook.destination, is_acknowledged=is_acknowledged, block_seconds=block_seconds)
            if is_acknowledged:
                return
            if call.attempt < len(self.settings.hook_retries):
                pause = self.settings.hook_retries[call.attempt]
                self._add(call.hook_id, call.body, pause, call.attempt + 1)
                return
        self._hooks.deactivate(hook.id)
