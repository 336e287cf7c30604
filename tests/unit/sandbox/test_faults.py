"""Each fault as `requests` sees it, and what it leaves behind in the store."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
import requests

from tests.support.sandbox_client import BATCH, PRODUCTS, SandboxClient, metafield
from tests.support.sandbox_visits import Visit


def write(store: SandboxClient) -> requests.Response:
    return store.send("POST", BATCH, json=[metafield(1001)])


def written(store: SandboxClient) -> int:
    return len(store.sandbox.catalogue.metafields)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_status_fault_answers_with_an_error_and_writes_nothing(visit: Visit, status: int) -> None:
    store = visit()
    store.sandbox.faults.add("status", status=status)
    assert write(store).status_code == status
    assert written(store) == 0
    assert write(store).status_code == 200


def test_throttling_comes_with_the_quota_headers(visit: Visit) -> None:
    store = visit(quota=10)
    store.sandbox.faults.add("throttled", seconds=2, retry_after=7)
    response = write(store)
    assert response.status_code == 429
    assert response.headers["X-Rate-Limit-Requests-Left"] == "0"
    assert response.headers["X-Rate-Limit-Time-Reset-Ms"] == "2000"
    assert response.headers["X-Retry-After"] == "7"
    assert written(store) == 0


def test_throttling_can_come_without_headers(visit: Visit) -> None:
    store = visit(quota=10)
    store.sandbox.faults.add("throttled_without_headers")
    response = write(store)
    assert response.status_code == 429
    assert not [name for name in response.headers if name.lower().startswith("x-")]


def test_a_reset_before_the_write_writes_nothing(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("reset_before_write")
    with pytest.raises(requests.ConnectionError, match="reset"):
        write(store)
    assert written(store) == 0


def test_a_reset_after_the_write_loses_only_the_answer(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("reset_after_write")
    with pytest.raises(requests.ConnectionError, match="reset"):
        write(store)
    assert written(store) == 1
    assert "already exists" in write(store).text


def test_an_error_may_come_after_the_write(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("status_after_write", status=502)
    assert write(store).status_code == 502
    assert written(store) == 1


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        ({"kind": "html", "status": 503}, b"<!DOCTYPE html>"),
        ({"kind": "html"}, b"<!DOC"),
        ({"kind": "empty"}, b""),
    ],
)
def test_a_body_may_be_html_or_nothing(visit: Visit, fault: dict[str, Any], body: bytes) -> None:
    store = visit()
    store.sandbox.faults.add(**fault)
    response = store.get(PRODUCTS)
    assert response.status_code == fault.get("status", 200)
    assert response.content.startswith(body)
    assert bool(response.content) == bool(body)


def test_a_body_may_be_cut_off_as_if_it_were_whole(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("cut_body")
    response = store.get(PRODUCTS)
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_the_connection_may_close_in_the_middle_of_the_body(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("cut_connection")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="more expected"):
        store.get(PRODUCTS)


def test_an_answer_may_be_slower_than_the_client_waits(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("slow", seconds=0.5)
    with pytest.raises(requests.ReadTimeout):
        store.send("POST", BATCH, json=[metafield(1001)], timeout=0.1)
    assert written(store) == 1


def test_fault_strikes_only_matching_requests_and_the_given_number_of_times(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("status", method="GET", path="products.*id:greater=105", skip=1, times=2)
    assert store.get(PRODUCTS).status_code == 200
    assert write(store).status_code == 200
    answers = [store.get(PRODUCTS, **{"id:greater": 105}).status_code for _ in range(4)]
    assert answers == [200, 500, 500, 200]
    assert store.sandbox.faults.struck == {"status": 2}


def test_a_fault_without_end_lasts_until_it_is_cleared(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("status", times=None)
    assert {store.get(PRODUCTS).status_code for _ in range(3)} == {500}
    store.sandbox.faults.clear()
    assert store.get(PRODUCTS).status_code == 200


def test_random_faults_follow_the_seed_and_let_a_patient_client_succeed(
    visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    def statuses(seed: int) -> list[int]:
        store = visit(products=40)
        store.sandbox.faults.by_chance(seed, {"status": 0.3, "throttled": 0.2}, most_per_request=2)
        return [
            store.get(PRODUCTS, page=page, limit=2).status_code for page in range(1, 21) for _ in range(3)
        ]

    first = statuses(seed=7)
    assert set(first) == {200, 429, 500}
    assert statuses(seed=7) == first != statuses(seed=8)
    assert all(200 in first[start : start + 3] for start in range(0, 60, 3))
    assert "seed 7" in capsys.readouterr().out


def test_a_fault_that_does_not_exist_is_refused(visit: Visit) -> None:
    with pytest.raises(msgspec.ValidationError):
        visit().sandbox.faults.add("gremlin")  # type: ignore[arg-type]


def test_log_shows_the_fault_and_the_answer(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("reset_before_write")
    with pytest.raises(requests.ConnectionError):
        write(store)
    store.get("/v2/time")
    struck, answered = store.sandbox.requests
    assert (struck.method, struck.path, struck.status, struck.fault) == (
        "POST",
        BATCH,
        None,
        "reset_before_write",
    )
    assert json.loads(struck.body) == [metafield(1001)]
    assert (answered.path, answered.status, answered.fault) == ("/v2/time", 200, None)
    assert store.sandbox.token not in str(store.sandbox.requests)


def test_requests_in_flight_at_the_same_time_are_counted(visit: Visit) -> None:
    store = visit()
    store.sandbox.settings.latency_seconds = 0.2
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: store.get("/v2/time"), range(6)))
    assert store.sandbox.most_in_flight == 3
    assert all((each.seconds or 0) > 0.19 for each in store.sandbox.requests)


def test_large_answers_are_compressed_if_the_client_accepts_gzip(visit: Visit) -> None:
    store = visit()
    compressed, plain = (
        store.get(PRODUCTS),
        store.send("GET", PRODUCTS, headers={"Accept-Encoding": "identity"}),
    )
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert compressed.content == plain.content
    assert int(compressed.headers["Content-Length"]) == len(gzip.compress(plain.content, 1, mtime=0))
