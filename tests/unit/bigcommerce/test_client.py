"""The client: what is repeated, what is not, and what people read when it gives up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from include.bigcommerce.errors import (
    CredentialsError,
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
from tests.support.store_clients import Connect, Dictate, OpenSandbox, VirtualClock, read_products, send_order

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


def closed_port(store: DictatedStore) -> str:
    """An address at which nobody listens."""
    store.__exit__()
    return store.base_url


@pytest.mark.parametrize("answer", PASSING.values(), ids=PASSING)
def test_a_passing_failure_is_retried(answer: Answer, connect: Connect, dictate: Dictate) -> None:
    store = dictate(answer, answer, GOOD)
    client = connect(store)
    assert read_products(client) == {"data": []}
    assert len(store.received) == client.statistics.requests == 3
    assert client.statistics.retries == 2


@pytest.mark.parametrize("status", [400, 404, 405, 409, 413, 422])
def test_a_refusal_is_not_retried(status: int, connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(status, {"status": status, "title": "No.", "errors": {"name": "is blank"}}))
    with pytest.raises(RequestRefused) as caught:
        read_products(connect(store))
    assert len(store.received) == 1
    error = caught.value
    assert (error.method, error.path, error.status) == ("GET", "/v3/catalog/products", status)
    assert error.detail == "No. name: is blank"
    assert str(error).startswith(
        f"BigCommerce refused GET /v3/catalog/products of store abc123 ({status}: No. name: is blank)."
    )


def test_firewall_that_refuses_what_was_read_before_is_no_missing_scope(
    connect: Connect, dictate: Dictate
) -> None:
    blocked = Answer(403, b"<html><title>Access denied</title></html>")
    store = dictate(GOOD, blocked, blocked, GOOD)
    client = connect(store)
    read_products(client)
    assert read_products(client) == {"data": []}
    assert len(store.received) == 4
    with pytest.raises(ScopeMissing, match="Access denied"):
        read_products(connect(dictate(blocked)))


def test_missing_scope_that_the_store_names_is_believed_whatever_was_read_before(
    connect: Connect, dictate: Dictate
) -> None:
    refused = Answer(403, {"title": "You don't have a required scope to access the endpoint"})
    store = dictate(GOOD, refused)
    client = connect(store)
    read_products(client)
    with pytest.raises(ScopeMissing, match="Products: modify"):
        read_products(client)
    assert len(store.received) == 2


def test_a_refused_token_is_explained_and_ends_all_further_calls(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(401, {"status": 401, "title": "Unauthorized"}))
    client = connect(store)
    for _ in range(2):
        with pytest.raises(TokenRejected) as caught:
            read_products(client)
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
        calls = [pool.submit(read_products, client) for _ in range(100)]
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
    read_products(client)
    with ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(read_products, client) for _ in range(3)]
        assert {type(call.exception(timeout=10)) for call in calls} == {TokenRejected}
    assert len(store.received) == 2


@pytest.mark.parametrize("token", ["line\nbreak", " token", "tök€n"])
def test_a_token_with_characters_that_no_token_has_is_explained(
    token: str, connect: Connect, dictate: Dictate
) -> None:
    store = dictate(GOOD)
    client = connect(store, token=token)
    with pytest.raises(TokenRejected, match="Copy it again"):
        read_products(client)
    assert store.received == []


def test_patience_ends(connect: Connect, dictate: Dictate, clock: VirtualClock) -> None:
    store = dictate(Answer(503, HTML))
    began = clock.now()
    with pytest.raises(
        StoreUnavailable, match=r"returned an error \(503: Be right back\) .* \(attempt \d+\)\."
    ):
        read_products(connect(store, patience=100.0))
    assert 60 < clock.now() - began <= 100
    assert len(store.received) < 12


def test_a_store_that_always_throttles_has_exhausted_its_quota(connect: Connect, dictate: Dictate) -> None:
    client = connect(dictate(Answer(429, b"")))
    with pytest.raises(QuotaExhausted, match="its API quota, which all its apps share"):
        read_products(client)
    assert client.statistics.throttled == client.statistics.requests
    assert client.statistics.seconds_waited > 200


def test_garbage_for_ever_is_an_unexpected_response(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(UnexpectedResponse, match="not JSON or is cut off"):
        read_products(connect(dictate(Answer(body=HTML))))


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
    read_products(connect(dictate(Answer(429, b"", headers), GOOD)))
    assert clock.now() - began == pytest.approx(seconds)


def test_a_wait_beyond_all_patience_is_not_begun(
    connect: Connect, dictate: Dictate, clock: VirtualClock
) -> None:
    store = dictate(Answer(429, b"", {"X-Retry-After": "3600"}))
    client, began = connect(store), clock.now()
    for _ in range(2):
        with pytest.raises(QuotaExhausted):
            read_products(client)
    assert len(store.received) == 1
    assert clock.now() == began


def test_back_off_doubles_up_to_half_a_minute_with_full_jitter(connect: Connect, dictate: Dictate) -> None:
    longest: list[float] = []

    def never_wait(seconds: float) -> float:
        longest.append(seconds)
        return 0.0

    read_products(connect(dictate(*[Answer(500, b"")] * 9, GOOD), back_off=never_wait))
    assert longest == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_the_pause_is_random_up_to_the_longest(
    connect: Connect, dictate: Dictate, clock: VirtualClock
) -> None:
    client = connect(dictate(*[Answer(500, b""), GOOD] * 20), back_off=None)
    pauses = set()
    for _ in range(20):
        began = clock.now()
        read_products(client)
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
        send_order(connect(store, read_timeout=0.3))
    assert len(store.received) == 1


def test_what_must_not_happen_twice_is_sent_again_after_a_429(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(429, b""), GOOD)
    send_order(connect(store))
    assert len(store.received) == 2


def test_a_request_that_never_connected_is_retried(connect: Connect, dictate: Dictate) -> None:
    client = connect(dictate(GOOD), base_url=closed_port(DictatedStore([GOOD], "").__enter__()))
    with pytest.raises(StoreUnavailable, match=r"no connection to 127\.0\.0\.1 could be made"):
        send_order(client)
    assert client.statistics.requests > 5


def test_a_silent_store_is_unavailable(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(StoreUnavailable, match="no answer arrived in time"):
        read_products(connect(dictate(Answer(after="silence")), read_timeout=0.2, patience=1.0))


def test_a_redirect_is_not_followed_because_the_token_would_go_along(
    connect: Connect, dictate: Dictate
) -> None:
    elsewhere = dictate(GOOD)
    store = dictate(Answer(302, b"", {"Location": f"{elsewhere.base_url}/stores/abc123/v3/catalog/products"}))
    with pytest.raises(CredentialsError, match="redirects"):
        read_products(connect(store))
    assert elsewhere.received == []
    assert len(store.received) == 1


@pytest.mark.parametrize(
    "base_url", ["api.bigcommerce.com", "htps://api.bigcommerce.com", "http://", "http://[::1"]
)
def test_an_address_that_is_none_is_explained(base_url: str, connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(CredentialsError, match="Correct the host in its Airflow Connection"):
        read_products(connect(dictate(GOOD), base_url=base_url))


def test_an_answer_without_content_needs_no_body(connect: Connect, dictate: Dictate) -> None:
    client = connect(dictate(Answer(204, b"")))
    response = client.send("GET", "/v2/orders", scope="store_v2_orders", safe_to_repeat=True)
    assert response.status_code == 204


def test_a_status_to_accept_is_handed_back_but_not_if_its_body_is_cut(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(Answer(422, b'{"data": ['), Answer(422, {"data": []}))
    assert read_products(connect(store), accept={422}) == {"data": []}


def test_requests_say_what_they_want(connect: Connect, dictate: Dictate) -> None:
    store = dictate(GOOD)
    read_products(connect(store), params={"id:greater": 1})
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
        list(pool.map(lambda _: read_products(client), range(16)))
    assert sandbox.most_in_flight == 2
    assert client.statistics.requests == 16


def test_password_that_the_machine_keeps_for_other_programs_is_not_sent(
    connect: Connect, dictate: Dictate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "netrc"
    passwords.write_text("default login ada password a-made-up-password")
    monkeypatch.setenv("NETRC", str(passwords))
    store = dictate(Answer())
    connect(store).send("GET", "/v2/store", scope="any", safe_to_repeat=True)
    [request] = store.received
    assert "Authorization" not in request.headers
    assert request.headers["X-Auth-Token"] == store.token
