"""Learns how large a page a store can answer: where a large page keeps failing, a smaller one often works."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from include.bigcommerce.errors import StoreUnavailable, UnexpectedResponse

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

SIZES = (250, 125, 60, 30, 10)
SMALLEST = SIZES[-1]
# How often a page of one size fails before a smaller one is tried: once may be chance.
FAILURES_PER_SIZE = 2


class PageSize:
    """The largest page of one listing that the store can answer; for any number of threads.

    If a smaller page works, that is only a suspicion: a larger one is tried once more. If that fails, the
    smaller size is kept as long as the client, which is one sync.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._largest = SIZES[0]
        self._suspected: int | None = None

    def read(
        self,
        wanted: int,
        send: Callable[[int, int | None], Answer],
        otherwise: Callable[[], Answer | None] | None = None,
    ) -> tuple[Answer, int]:
        """The answer to `send(size, most_failures)` for the largest size that works, and that size.

        If no size works, `otherwise` may give an answer, of the smallest size. If it gives none, the store is
        unavailable rather than the page too large: then the first size is sent once more with all the
        client's patience. Neither teaches a size. Raises any BigCommerceError.
        """
        with self._lock:
            first, suspected = min(wanted, self._largest), self._suspected
        smaller = [size for size in SIZES if size < first]
        if suspected in smaller:
            smaller = [size for size in smaller if size <= suspected]
            most_failures = 1
        else:
            suspected, most_failures = None, FAILURES_PER_SIZE
        for size in [first, *smaller] if smaller or otherwise else []:
            try:
                answer = send(size, most_failures)
            except (StoreUnavailable, UnexpectedResponse) as failure:  # noqa: PERF203
                if isinstance(failure, StoreUnavailable) and not failure.reached:
                    raise
                log.info("A page of %s failed: %s", size, failure.sentence)
                most_failures = FAILURES_PER_SIZE
            else:
                self._learn(size, first, suspected)
                return answer, size
        if otherwise and (found := otherwise()) is not None:
            with self._lock:  # it was what is on the page, not its size
                self._largest, self._suspected = SIZES[0], None
            return found, min(first, SMALLEST)
        return send(first, None), first

    def _learn(self, size: int, first: int, suspected: int | None) -> None:
        with self._lock:
            if suspected is None and size < first:
                self._suspected = size
            elif size == first and suspected is not None:
                self._suspected = None
            elif size < first and size < self._largest:
                self._largest, self._suspected = size, None
                log.warning(
                    "The store fails on larger pages, so this sync reads pages of %s from now on.", size
                )
