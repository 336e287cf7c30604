"""The client: what is repeated, what is not, and what people read when it gives up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import (
    CredentialsError,
    DeadlinePassed,
    OutcomeUnknown,
    QuotaExhausted,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    TokenRejected,
    UnexpectedResponse,
)
from include.sandbox import Settings
from tests.support.dictated_store import Answer, DictatedStore
from tests.support.store_clients import Connect, Dictate, OpenSandbox, VirtualClock

GOOD = Answer(body={"data": []})
HTML = b"<html><head><title>Be right\nback</title></head><body>Sorry</body></html>"
CUT = Answer(body={"data": [1, 2, 3]}, after="cut")
PASSING = {
    "429 without headers": Answer(429, b""),
    "500": Answer(500, b""),
    "502": Answer(502, HTML),
    "503": Answer(503, b""),
    "504": Answer(504, b""),
    "reset": Answer(after="reset"),
    "cut connection": CUT,
    "cut body": Answer(body=b'{"data": [1, 2'),
    "HTML with 200": Answer(body=HTML),
    "empty with 200": Answer(body=b""),
    "broken gzip": Answer(body=b"not gzip", headers={"Content-Encoding": "gzip"}),
}


def read(client: StoreClient, **arguments: Any) -> Any:
    options: dict[str, Any] = {"scope": "store_v2_products", "safe_to_repeat": True, **arguments}
    return client.send("GET", "/v3/catalog/products", **options).json()


def push(client: StoreClient, **arguments: Any) -> Any:
    """A call that must never be carried out twice."""
    options: dict[str, Any] = {"scope": "store_v2_orders", "safe_to_repeat": False, **arguments}
    return client.send("POST", "/v2/orders", json={"products": []}, **options)


def closed_port(store: DictatedStore) -> str:
    """An address at which nobody listens."""
    store.__exit__()
    return store.base_url


@pytest.mark.parametrize("answer", PASSING.values(), ids=PASSING)
def test_a_passing_failure_is_retried(answer: Answer, connect: Connect, dictate: Dictate) -> None:
    store = dictate(answer, answer, GOOD)
    client = connect(store)
    assert read(client) == {"data": []}
    assert len(store.received) == client.statistics.requests == 3
    assert client.statistics.retries == 2


@pytest.mark.parametrize("status", [400, 404, 405, 409, 413, 422])
def test_a_refusal_is_not_retried(status: int, connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(status, {"status": status, "title": "No.", "errors": {"name": "is blank"}}))
    with pytest.raises(RequestRefused) as caught:
        read(connect(store))
    assert len(store.received) == 1
    error = caught.value
    assert (error.method, error.path, error.status) == ("GET", "/v3/catalog/products", status)
    assert error.detail == "No. name: is blank"
    assert str(error).startswith(
        f"BigCommerce refused GET /v3/catalog/products of store abc123 ({status}: No. name: is blank)."
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"status": 422, "title": "Bad", "type": "https://…", "errors": {"id": "x"}}, "Bad id: x"),
        ({"title": "Input is invalid", "detail": "Syntax error"}, "Input is invalid Syntax error"),
        ([{"status": 400, "message": "The field 'state' is invalid."}], "The field 'state' is invalid."),
        ([{"status": 409, "message": "A"}, {"status": 409, "message": "B"}], "A B"),
        (HTML, "Be right back"),
        (b"<p>plain <b>page</b></p>", "plain page"),
        (b"", ""),
        (b"\xff\xfe", "��"),
        ({"errors": ["one", {"message": "two"}, 3]}, "one two 3"),
        (b"x" * 10_000, "x" * 299 + "…"),
    ],
)
def test_the_stores_own_message_is_kept_trimmed(
    body: object, message: str, connect: Connect, dictate: Dictate
) -> None:
    with pytest.raises(RequestRefused) as caught:
        read(connect(dictate(Answer(400, body))))
    assert caught.value.detail == message


def test_a_refused_token_is_explained_and_ends_all_further_calls(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(401, {"status": 401, "title": "Unauthorized"}))
    client = connect(store)
    for _ in range(2):
        with pytest.raises(TokenRejected) as caught:
            read(client)
    assert len(store.received) == 1
    assert str(caught.value) == (
        "BigCommerce rejected the access token of store abc123 (401: Unauthorized). "
        "Create a new API account in the store's control panel (Settings > Store-level API accounts), "
        "then enter its access token in the settings of the data source."
    )


def test_a_token_refused_in_the_middle_of_a_parallel_run_is_one_error_and_no_further_requests(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(*[GOOD] * 5, Answer(401, b""))
    client = connect(store, requests_in_flight=3)
    with ThreadPoolExecutor(20) as pool:
        calls = [pool.submit(read, client) for _ in range(100)]
    outcomes = [call.exception() for call in calls]
    assert outcomes.count(None) == 5
    assert {type(outcome) for outcome in outcomes} == {type(None), TokenRejected}
    assert len(store.received) <= 5 + 3


def test_calls_that_wait_for_the_quota_fail_at_once_when_the_token_is_rejected(
    connect: Connect, dictate: Dictate
) -> None:
    spent = {"X-Rate-Limit-Requests-Left": "1", "X-Rate-Limit-Time-Reset-Ms": "60000"}
    store = dictate(Answer(200, {}, spent), Answer(401, b"", after=""))
    client = connect(store, clock=None, patience=120.0)
    read(client)
    with ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(read, client) for _ in range(3)]
        assert {type(call.exception(timeout=10)) for call in calls} == {TokenRejected}
    assert len(store.received) == 2


@pytest.mark.parametrize("token", ["line\nbreak", " token", "tök€n"])
def test_a_token_with_characters_that_no_token_has_is_explained(
    token: str, connect: Connect, dictate: Dictate
) -> None:
    store = dictate(GOOD)
    client = connect(store, token=token)
    with pytest.raises(TokenRejected, match="Copy it again"):
        read(client)
    assert store.received == []


def test_a_missing_scope_is_named_as_the_control_panel_names_it(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(403, {"title": "You don't have a required scope to access the endpoint"}))
    with pytest.raises(ScopeMissing) as caught:
        read(connect(store))
    assert caught.value.scope == "store_v2_products"
    assert '"Products: modify" (store_v2_products)' in str(caught.value)
    assert "required scope" in str(caught.value)
    assert len(store.received) == 1


def test_patience_ends(connect: Connect, dictate: Dictate, clock: VirtualClock) -> None:
    store = dictate(Answer(503, HTML))
    began = clock.now()
    with pytest.raises(
        StoreUnavailable, match=r"returned an error \(503: Be right back\) .* \(attempt \d+\)\."
    ):
        read(connect(store, patience=100.0))
    assert 60 < clock.now() - began <= 100
    assert len(store.received) < 12


def test_a_store_that_always_throttles_has_exhausted_its_quota(connect: Connect, dictate: Dictate) -> None:
    client = connect(dictate(Answer(429, b"")))
    with pytest.raises(QuotaExhausted, match="its API quota, which all its apps share"):
        read(client)
    assert client.statistics.throttled == client.statistics.requests
    assert client.statistics.seconds_waited > 200


def test_garbage_for_ever_is_an_unexpected_response(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(UnexpectedResponse, match="not JSON or is cut off"):
        read(connect(dictate(Answer(body=HTML))))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-Retry-After": "7"}, 7),
        ({"x-rate-limit-time-reset-ms": "9000", "X-Retry-After": "7"}, 9),
        ({"X-Rate-Limit-Time-Reset-Ms": "9000", "X-Retry-After": "12"}, 12),
        ({}, 0.5),
        ({"X-Retry-After": "soon", "X-Rate-Limit-Time-Reset-Ms": "-3"}, 0.5),
        ({"X-Retry-After": "0.1"}, 0.5),
    ],
)
def test_the_longest_of_the_waits_named_is_kept(
    headers: dict[str, str], seconds: float, connect: Connect, dictate: Dictate, clock: VirtualClock
) -> None:
    began = clock.now()
    read(connect(dictate(Answer(429, b"", headers), GOOD)))
    assert clock.now() - began == pytest.approx(seconds)


def test_a_wait_beyond_all_patience_is_not_begun(
    connect: Connect, dictate: Dictate, clock: VirtualClock
) -> None:
    store = dictate(Answer(429, b"", {"X-Retry-After": "3600"}))
    client, began = connect(store), clock.now()
    for _ in range(2):
        with pytest.raises(QuotaExhausted):
            read(client)
    assert len(store.received) == 1
    assert clock.now() == began


def test_back_off_doubles_up_to_half_a_minute_with_full_jitter(connect: Connect, dictate: Dictate) -> None:
    longest: list[float] = []

    def never_wait(seconds: float) -> float:
        longest.append(seconds)
        return 0.0

    read(connect(dictate(*[Answer(500, b"")] * 9, GOOD), back_off=never_wait))
    assert longest == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_the_pause_is_random_up_to_the_longest(
    connect: Connect, dictate: Dictate, clock: VirtualClock
) -> None:
    client = connect(dictate(*[Answer(500, b""), GOOD] * 20), back_off=None)
    pauses = set()
    for _ in range(20):
        began = clock.now()
        read(client)
        pauses.add(clock.now() - began)
    assert len(pauses) > 15
    assert 0 <= min(pauses) < max(pauses) <= 0.5


@pytest.mark.parametrize(
    "answer",
    [PASSING[name] for name in PASSING if not name.startswith("429")] + [Answer(after="silence")],
    ids=[name for name in PASSING if not name.startswith("429")] + ["silence"],
)
def test_what_must_not_happen_twice_is_not_sent_again_when_it_may_have_happened(
    answer: Answer, connect: Connect, dictate: Dictate
) -> None:
    store = dictate(answer, GOOD)
    with pytest.raises(OutcomeUnknown, match="not known whether BigCommerce carried out POST /v2/orders"):
        push(connect(store, read_timeout=0.3))
    assert len(store.received) == 1


def test_what_must_not_happen_twice_is_sent_again_after_a_429(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(429, b""), GOOD)
    push(connect(store))
    assert len(store.received) == 2


def test_a_request_that_never_connected_is_retried(connect: Connect, dictate: Dictate) -> None:
    client = connect(dictate(GOOD), base_url=closed_port(DictatedStore([GOOD], "").__enter__()))
    with pytest.raises(StoreUnavailable, match="no connection could be made"):
        push(client)
    assert client.statistics.requests > 5


def test_a_silent_store_is_unavailable(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(StoreUnavailable, match="no answer arrived in time"):
        read(connect(dictate(Answer(after="silence")), read_timeout=0.2, patience=1.0))


def test_a_redirect_is_not_followed_because_the_token_would_go_along(
    connect: Connect, dictate: Dictate
) -> None:
    elsewhere = dictate(GOOD)
    store = dictate(Answer(302, b"", {"Location": f"{elsewhere.base_url}/stores/abc123/v3/catalog/products"}))
    with pytest.raises(CredentialsError, match="redirects"):
        read(connect(store))
    assert elsewhere.received == []
    assert len(store.received) == 1


@pytest.mark.parametrize(
    "base_url", ["api.bigcommerce.com", "htps://api.bigcommerce.com", "http://", "http://[::1"]
)
def test_an_address_that_is_none_is_explained(base_url: str, connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(CredentialsError, match="Correct the host in its Airflow Connection"):
        read(connect(dictate(GOOD), base_url=base_url))


def test_an_answer_without_content_needs_no_body(connect: Connect, dictate: Dictate) -> None:
    client = connect(dictate(Answer(204, b"")))
    response = client.send("GET", "/v2/orders", scope="store_v2_orders", safe_to_repeat=True)
    assert response.status_code == 204


def test_a_status_to_accept_is_handed_back_but_not_if_its_body_is_cut(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(Answer(422, b'{"data": ['), Answer(422, {"data": []}))
    assert read(connect(store), accept={422}) == {"data": []}


def test_requests_say_what_they_want(connect: Connect, dictate: Dictate) -> None:
    store = dictate(GOOD)
    read(connect(store), params={"id:greater": 1})
    received = store.received[0]
    assert received.target == "/stores/abc123/v3/catalog/products?id%3Agreater=1"
    assert received.headers["Accept"] == "application/json"
    assert "gzip" in received.headers["Accept-Encoding"]
    assert received.headers["X-Auth-Token"] == store.token


def test_threads_together_have_no_more_in_flight_than_allowed(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(settings=Settings(latency_seconds=0.02))
    client = connect(sandbox, requests_in_flight=2)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: read(client), range(16)))
    assert sandbox.most_in_flight == 2
    assert client.statistics.requests == 16


# ---- the caller's deadline


def until(store: DictatedStore, requests: int) -> Callable[[], bool]:
    """A deadline that passes once the store has received so many requests."""
    return lambda: len(store.received) < requests


@pytest.mark.parametrize("call", [read, push])
def test_a_request_whose_deadline_has_passed_is_not_sent(
    call: Callable[..., Any], connect: Connect, dictate: Dictate
) -> None:
    store = dictate(GOOD)
    with pytest.raises(DeadlinePassed, match="was not sent: its deadline passed"):
        call(connect(store), may_leave=lambda: False)
    assert store.received == []


def test_the_deadline_is_checked_again_after_a_429(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(429, b"", {"X-Retry-After": "7"}), GOOD)
    with pytest.raises(DeadlinePassed):
        push(connect(store), may_leave=until(store, 1))
    assert len(store.received) == 1


def test_a_deadline_that_passes_in_the_back_off_raises_the_error_of_the_attempt_before(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(Answer(503, b""), GOOD)
    with pytest.raises(StoreUnavailable):
        read(connect(store), may_leave=until(store, 1))
    assert len(store.received) == 1


def test_the_deadline_is_checked_after_the_wait_for_the_quota(
    connect: Connect, dictate: Dictate, clock: VirtualClock
) -> None:
    spent = {"X-Rate-Limit-Requests-Left": "0", "X-Rate-Limit-Time-Reset-Ms": "9000"}
    store = dictate(Answer(200, {}, spent), GOOD)
    client = connect(store)
    read(client)
    deadline = clock.now() + 5
    with pytest.raises(DeadlinePassed):
        push(client, may_leave=lambda: clock.now() < deadline)
    assert clock.now() >= deadline
    assert len(store.received) == 1


def test_a_turn_that_was_not_used_is_given_back(connect: Connect, dictate: Dictate) -> None:
    left = {"X-Rate-Limit-Requests-Left": "1", "X-Rate-Limit-Time-Reset-Ms": "9000"}
    store = dictate(Answer(200, {}, left))
    client = connect(store)
    read(client)
    for _ in range(5):
        with pytest.raises(DeadlinePassed):
            push(client, may_leave=lambda: False)
    waited = client.statistics.seconds_waited
    read(client)
    assert client.statistics.seconds_waited == waited


# ---- personal data and problems in refusals


@pytest.mark.parametrize(
    ("message", "personal", "detail"),
    [
        ("The options of one or more products", ["Ion"], "The options of one or more products"),
        ("Products are out of stock", ["Stock"], "Products are out of …"),
        ("The field for jane@example.com", ["jane@example.com"], "The field for …"),
        ("Not found: 12 Main   Street", ["12 Main Street"], "Not found: …"),
        ("It is a b", ["a", " "], "It is a b"),
        ("x" * 290 + " jane@example.com", ["jane@example.com"], "x" * 290 + " …"),
    ],
)
def test_personal_words_are_hidden_as_whole_words_and_our_own_words_stay(
    message: str, personal: list[str], detail: str, connect: Connect, dictate: Dictate
) -> None:
    with pytest.raises(RequestRefused) as caught:
        push(connect(dictate(Answer(400, [{"status": 400, "message": message}]))))
    error = caught.value
    error.hide([*personal, "BigCommerce", "refused"])
    assert error.detail == detail
    assert str(error) == (
        f"BigCommerce refused POST /v2/orders of store abc123 (400: {detail}). "
        "Retrying won't help until this is fixed."
    )
