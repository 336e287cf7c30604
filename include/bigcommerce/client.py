"""Sends requests to one BigCommerce store: few at a time, paced by its quota, retried where that is safe."""

from __future__ import annotations

import itertools
import logging
import math
import threading
from collections.abc import Callable, Collection, Mapping

import msgspec
import requests
from requests.exceptions import InvalidHeader

from include.bigcommerce.backoff import full_jitter, longest_pause
from include.bigcommerce.bounded_answers import read_body
from include.bigcommerce.connection_errors import ConnectionFaults, no_answer
from include.bigcommerce.contract import DECODING_ERRORS
from include.bigcommerce.damaged_json import is_whole
from include.bigcommerce.error_responses import (
    Call,
    deadline_passed,
    denied,
    garbage,
    quota_exhausted,
    refusal,
)
from include.bigcommerce.errors import (
    BigCommerceError,
    QuotaExhausted,
    ScopeMissing,
    StoreUnavailable,
    TokenRejected,
    TryLater,
    UnexpectedResponse,
)
from include.bigcommerce.page_size import PageSize
from include.bigcommerce.quota_pacing import Clock, Pacer, SystemClock
from include.bigcommerce.session_setup import prepare_session
from include.bigcommerce.statistics import Statistics

log = logging.getLogger(__name__)

# Ten quota windows of 30 s: long enough to get a turn beside other busy apps of the store.
PATIENCE_SECONDS = 300.0
# A page of 250 products with long descriptions and many variants is a few megabytes.
LARGEST_ANSWER_BYTES = 64 * 2**20
_ANY_JSON = msgspec.json.Decoder(msgspec.Raw)
# Money goes out as a JSON number with exactly its digits.
_JSON = msgspec.json.Encoder(decimal_format="number")


class StoreClient:
    """One store, for any number of threads.

    `session` has the token in its header X-Auth-Token, and the TLS and proxy settings; missing ones come from
    the environment. `base_url` is without the /stores part. Timeouts and `patience` (how long one
    call may go on waiting and retrying before it gives up) are seconds; a whole answer may take twice the
    read timeout, but no longer than the patience. `time_limit` is for all calls together. `back_off` picks
    the pause up to a longest one: full jitter by default.
    """

    def __init__(
        self,
        session: requests.Session,
        base_url: str,
        store_hash: str,
        *,
        requests_in_flight: int = 3,
        connect_timeout: float = 5.0,
        read_timeout: float = 60.0,
        patience: float = PATIENCE_SECONDS,
        time_limit: float = math.inf,
        clock: Clock | None = None,
        back_off: Callable[[float], float] = full_jitter,
        largest_answer: int = LARGEST_ANSWER_BYTES,
    ) -> None:
        self.store_hash = store_hash
        self.requests_in_flight = requests_in_flight
        self.statistics = Statistics()
        self._session = session
        self._address = f"{base_url.rstrip('/')}/stores/{store_hash}"
        self._timeouts = (connect_timeout, read_timeout)
        self._largest_answer = largest_answer
        total = min(2 * read_timeout, patience)
        prepare_session(session, base_url, lambda: min(total, self._ends_at - self._clock.now()))
        self.longest_request_seconds = connect_timeout + total
        self.products_per_page = PageSize()
        self.metafields_per_page = PageSize()
        self._patience = patience
        self._clock = clock or SystemClock()
        self._ends_at = self._clock.now() + time_limit
        self._back_off = back_off
        self._lanes = threading.BoundedSemaphore(requests_in_flight)
        self._pacer = Pacer(self._clock)
        self._token_rejected: TokenRejected | None = None
        self._paths_read: set[str] = set()

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: object = None,
        scope: str,
        safe_to_repeat: bool,
        accept: Collection[int] = (),
        earlier_attempts: int = 0,
        most_failures: int | None = None,
        may_leave: Callable[[], bool] = lambda: True,
    ) -> requests.Response:
        """The answer to one call: 2xx, or a status to `accept`, with a JSON body; or 204 without.

        `path` is like `/v3/catalog/products`; `json` anything msgspec encodes; `scope` the OAuth scope that
        the call needs, for the error. A call not `safe_to_repeat` is sent again only if the store certainly
        did nothing (429, or no connection was made). `earlier_attempts` of the caller's own make it back off
        before the first. After `most_failures` of the store (5xx, no usable answer) it gives up.
        `may_leave` is called right before each request leaves, after every wait: once it is False, nothing
        more is sent and DeadlinePassed is raised, or the error of an earlier attempt that may have had an
        effect. Raises any BigCommerceError; a rejected token ends all further calls of this client.
        """
        call = Call(method, path, self.store_hash, scope, safe_to_repeat)
        body = None if json is None else _JSON.encode(json)
        with self._lanes:
            give_up_at = min(self._clock.now() + self._patience, self._ends_at)
            error: BigCommerceError | None = None
            failures = 0
            for attempt in itertools.count(earlier_attempts + 1):
                if not self._take_turn(attempt, give_up_at):
                    raise self._token_rejected or error or self._no_turn(call)
                call.attempts = attempt
                if not may_leave():
                    self._pacer.give_back()
                    raise error if safe_to_repeat and error else deadline_passed(call)
                try:
                    return self._exchange(call, params, body, accept)
                except (TryLater, UnexpectedResponse) as failure:
                    if not (safe_to_repeat or isinstance(failure, TryLater)):
                        raise
                    error = failure
                    failures += _is_the_stores(failure)
                    if failures == most_failures:
                        raise
                log.info("Retrying %s: %s", call, error.sentence)
        raise AssertionError("attempts are counted without end")

    def _take_turn(self, attempt: int, give_up_at: float) -> bool:
        asked_at = not_before = self._clock.now()
        if longest := longest_pause(attempt):
            not_before += self._back_off(longest)
        turn = self._pacer.take_turn(not_before=not_before, give_up_at=give_up_at)
        self.statistics.add(seconds=self._clock.now() - asked_at)
        return turn

    def _no_turn(self, call: Call) -> BigCommerceError:
        if self._clock.now() >= self._ends_at:
            return no_answer(call, requests.ReadTimeout())
        return quota_exhausted(call)

    def _exchange(
        self,
        call: Call,
        params: Mapping[str, str | int] | None,
        body: bytes | None,
        accept: Collection[int],
    ) -> requests.Response:
        """One request and its answer, or the error for it."""
        response = self._request(call, params, body)
        status = response.status_code
        if status == 204:
            return response
        if not (200 <= status < 300 or status in accept):
            error = refusal(call, response)
            if isinstance(error, TokenRejected):
                self._end_all_calls(error)
            if isinstance(error, ScopeMissing) and not error.names_a_scope and self._has_read(call):
                error = denied(call, error)
            raise error
        try:
            _ANY_JSON.decode(response.content)
        except DECODING_ERRORS:
            # Readers isolate damaged values; only an answer that is cut off or not JSON is requested again.
            if not is_whole(response.content):
                raise garbage(call, response) from None
        if call.method == "GET" and 200 <= status < 300:
            self._paths_read.add(call.path)
        return response

    def _has_read(self, call: Call) -> bool:
        """Whether the same has been read before: an access token keeps its scopes."""
        return call.method == "GET" and call.path in self._paths_read

    def _request(
        self, call: Call, params: Mapping[str, str | int] | None, body: bytes | None
    ) -> requests.Response:
        """One request and its answer, whatever it is; the pacer and the statistics record both."""
        self.statistics.add(requests=1, retries=call.attempts > 1)
        response: requests.Response | None = None
        try:
            response = self._session.request(
                call.method,
                self._address + call.path,
                params=params,
                data=body,
                headers={
                    "Accept": "application/json",
                    **({"Content-Type": "application/json"} if body else {}),
                },
                timeout=self._timeouts,
                allow_redirects=False,  # otherwise another host would get the token
                stream=True,
            )
            read_body(response, self._largest_answer)
        except ConnectionFaults as fault:
            raise no_answer(call, fault) from fault
        except (InvalidHeader, UnicodeEncodeError):
            pass  # Raised below, outside of this exception, which quotes the token.
        finally:
            throttled = response is not None and response.status_code == 429
            self._pacer.answered({} if response is None else response.headers, throttled=throttled)
            self.statistics.add(throttled=throttled)
        if response is None:
            malformed = TokenRejected(
                f"The access token of store {self.store_hash} contains characters that no access token has, "
                "such as a line break.",
                "Copy it again, then enter it in the settings of the data source.",
            )
            self._end_all_calls(malformed)
            raise malformed
        return response

    def _end_all_calls(self, error: TokenRejected) -> None:
        """A rejected token stays rejected: calls that wait for their turn raise this error, too."""
        self._token_rejected = self._token_rejected or error
        self._pacer.stop()


def _is_the_stores(failure: BigCommerceError) -> bool:
    """Whether the store failed on this very request, rather than being busy or out of reach."""
    if isinstance(failure, QuotaExhausted):
        return False
    return not isinstance(failure, StoreUnavailable) or failure.reached
