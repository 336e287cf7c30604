"""The hosts that hooks call: how a call is made, and when a host is blocked.

A host that acknowledged fewer than 90 % of at least 100 calls within two minutes is not called for
`Settings.hook_block_seconds`.
"""

from __future__ import annotations

import http.client
import time
from collections import Counter, defaultdict, deque
from urllib.parse import urlsplit

from include.sandbox.webhooks.hooks import Hook

CALL_SECONDS = 10.0
WINDOW_SECONDS, LEAST_CALLS, LEAST_SHARE = 120.0, 100, 0.9


class Hosts:
    """Which hosts acknowledge their calls. The caller holds a lock."""

    def __init__(self) -> None:
        self.times_blocked: Counter[str] = Counter()
        self._outcomes: dict[str, deque[tuple[float, bool]]] = defaultdict(deque)
        self._blocked_until: dict[str, float] = {}

    def seconds_blocked(self, destination: str) -> float:
        """For how long the host of this address is still not called; 0 if it is called."""
        return max(0.0, self._blocked_until.get(_host_of(destination), 0.0) - time.monotonic())

    def note(self, destination: str, *, is_acknowledged: bool, block_seconds: float) -> None:
        """Note how a call went, and block the host if too many failed."""
        host = _host_of(destination)
        now, outcomes = time.monotonic(), self._outcomes[host]
        outcomes.append((now, is_acknowledged))
        while outcomes[0][0] < now - WINDOW_SECONDS:
            outcomes.popleft()
        share = sum(each for _, each in outcomes) / len(outcomes)
        if len(outcomes) >= LEAST_CALLS and share < LEAST_SHARE:
            self._blocked_until[host] = now + block_seconds
            self.times_blocked[host] += 1
            outcomes.clear()


def _host_of(destination: str) -> str:
    return urlsplit(destination).netloc


def post(hook: Hook, body: bytes) -> int | None:
    """The status of one call; None where no answer came."""
    address = urlsplit(hook.destination)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=CALL_SECONDS)
    headers = {"Content-Type": "application/json", "User-Agent": "akka-http", **(hook.headers or {})}
    try:
        connection.request("POST", address.path or "/", body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
