"""What can be made to go wrong, when, and how often.

A fault strikes either before the store acts (nothing is written) or after it (the request is carried out, and
its answer is lost or damaged).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from threading import Lock
from typing import Any, Literal, TypeAlias

import msgspec

from include.sandbox.faults.order_refusals import ORDER_REFUSALS

FaultKind: TypeAlias = Literal[
    # before the store acts: nothing is written
    "status",  # `status` (default 500) with a JSON error
    "throttled",  # 429 with the quota's headers (reset in `seconds`), X-Retry-After if `retry_after` is given
    "throttled_without_headers",  # 429 with nothing, as when the platform is overloaded
    "reset_before_write",  # the connection is reset
    # after the store acts: the request is carried out
    "reset_after_write",  # the connection is reset
    "status_after_write",  # `status` (default 500) with a JSON error
    "html",  # an HTML page with `status` (default 200)
    "empty",  # no body, with `status` (default 200)
    "cut_body",  # half of the body, with a matching Content-Length
    "cut_connection",  # half of the body, then the connection closes
    "slow",  # the answer comes `seconds` late
    "drip",  # the answer comes one byte at a time, `seconds` apart
    # the store answers a different question
    "ignored_filters",  # the query's filters, or only those in `filters`, have no effect
]
BEFORE_WRITE = {"status", "throttled", "throttled_without_headers", "reset_before_write"}


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that goes wrong with requests whose method, path and body match.

    `method`, `path` and `body` are regular expressions, found anywhere in the method, in the path with its
    unescaped query (such as `/v3/catalog/products?id:greater=250`) and in the body. With `item`, the body
    must also contain this whole number, such as a variant's id in a batch. The first `skip` matching requests
    pass, the next `times` are struck (None: until cleared). `answer`, if given, is the JSON body of a status.
    """

    kind: FaultKind
    method: str = ""
    path: str = ""
    body: str = ""
    item: int | None = None
    times: int | None = 1
    skip: int = 0
    status: int | None = None
    seconds: float = 1.0
    retry_after: int | None = None
    filters: tuple[str, ...] = ()
    answer: Any = None

    def matches(self, method: str, target: str, body: bytes) -> bool:
        """Whether the fault applies to this request."""
        if not (re.search(self.method, method) and re.search(self.path, target)):
            return False
        text = body.decode(errors="replace")
        named = self.item is None or re.search(rf"(?<![\w.\"-]){self.item}(?![\w.\"])", text)
        return bool(named and re.search(self.body, text))


@dataclass
class _SwitchedOn:
    fault: Fault
    matched: int = 0

    def is_due(self, method: str, target: str, body: bytes) -> bool:
        """Count a matching request, and say whether to strike it."""
        if not self.fault.matches(method, target, body):
            return False
        self.matched += 1
        place = self.matched - self.fault.skip
        return place > 0 and (self.fault.times is None or place <= self.fault.times)


class _Schedule:
    """Random faults, the same for the same seed in whatever order requests arrive."""

    def __init__(self, seed: int, chances: Mapping[FaultKind, float], scope: Fault, most: int) -> None:
        self.seed = seed
        self.chances = chances
        self.scope = scope
        self.most = most
        self._seen: Counter[str] = Counter()
        self._struck: Counter[str] = Counter()

    def draw(self, method: str, target: str, body: bytes) -> Fault | None:
        if not self.scope.matches(method, target, body):
            return None
        request = f"{method} {target} {body!r}"
        self._seen[request] += 1
        chance = Random(f"{self.seed} {request} {self._seen[request]}").random()  # noqa: S311 - repeatable
        for kind, share in self.chances.items():
            chance -= share
            if chance < 0 and self._struck[request] < self.most:
                self._struck[request] += 1
                return msgspec.structs.replace(self.scope, kind=kind)
        return None


class Faults:
    """The faults that are switched on. The first that matches a request strikes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._switched_on: list[_SwitchedOn] = []
        self._schedule: _Schedule | None = None
        self.struck: Counter[str] = Counter()

    def refuse_batches_with(self, item: int, status: int, *, method: str = "POST|PUT|DELETE") -> Fault:
        """Answer every metafield batch that names this variant or metafield with `status` as a whole."""
        batch = "/v3/catalog/variants/metafields"
        return self.add("status", method=method, path=batch, item=item, status=status, times=None)

    def refuse_orders_as(self, sample: str, *, times: int | None = 1) -> Fault:
        """Refuse new orders with one of ORDER_REFUSALS; raises KeyError."""
        status, answer = ORDER_REFUSALS[sample]
        return self.add(
            "status", method="POST", path="/v2/orders$", status=status, answer=answer, times=times
        )

    def fail_new_orders(self, status: int = 502, *, times: int | None = None) -> Fault:
        """Fail every POST of an order, while everything else works."""
        return self.add("status", method="POST", path="/v2/orders$", status=status, times=times)

    def ignore_order_filters(self, *filters: str, times: int | None = None) -> Fault:
        """Answer the order list as if these filters (none named: all) were not in the query."""
        path = r"/v2/orders(/count)?(\?|$)"
        return self.add("ignored_filters", method="GET", path=path, filters=filters, times=times)

    def add(self, kind: FaultKind, **options: Any) -> Fault:
        """Switch a fault on; `options` are the fields of Fault. Raises msgspec.ValidationError."""
        fault = msgspec.convert({"kind": kind, **options}, Fault)
        with self._lock:
            self._switched_on.append(_SwitchedOn(fault))
        return fault

    def by_chance(
        self, seed: int, chances: Mapping[FaultKind, float], *, most_per_request: int = 2, **options: Any
    ) -> None:
        """Switch random faults on: `chances` is the share of requests per kind, `options` as for `add`.

        The same request is struck at most `most_per_request` times, so that a patient client succeeds.
        The seed is printed: pytest shows it when a test fails.
        """
        print(f"Sandbox faults by chance, seed {seed}: {dict(chances)}")
        checked = msgspec.convert(chances, dict[FaultKind, float])
        scope = msgspec.convert({"kind": "status", **options}, Fault)
        with self._lock:
            self._schedule = _Schedule(seed, checked, scope, most_per_request)

    def clear(self) -> None:
        """Switch all faults off."""
        with self._lock:
            self._switched_on.clear()
            self._schedule = None

    def strike(self, method: str, target: str, body: bytes) -> Fault | None:
        """The fault for this request, if any, counted in `struck`."""
        with self._lock:
            fault = self._next(method, target, body)
            if fault:
                self.struck[fault.kind] += 1
            return fault

    def _next(self, method: str, target: str, body: bytes) -> Fault | None:
        due = [each.fault for each in self._switched_on if each.is_due(method, target, body)]
        if due:
            return due[0]
        return self._schedule.draw(method, target, body) if self._schedule else None
