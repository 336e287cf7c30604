"""Answers that HTTP hardly allows: none is taken for a clear no where the store may have done its work."""

from __future__ import annotations

import socket
import time

import pytest

from include.bigcommerce.errors import (
    CredentialsError,
    OutcomeUnknown,
    RequestRefused,
    StoreUnavailable,
    UnexpectedResponse,
)
from include.bigcommerce.orders import create_order
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate

CREATED = b'{"id":7}'
WHOLE = b"HTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n" + CREATED
# What gateways and half-broken servers send instead of an answer.
MEANINGLESS = {
    "two lengths in a header": b"HTTP/1.1 201 Created\r\nContent-Length: 8, 9\r\n\r\n" + CREATED,
    "two headers with a length": b"HTTP/1.1 201 Created\r\nContent-Length: 8\r\nContent-Length: 9\r\n\r\n"
    + CREATED,
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    "see other": b"HTTP/1.1 303 See Other\r\nLocation: /v2/orders/7\r\nContent-Length: 0\r\n\r\n",
    # the last of its connection, and it says so: else the next request may leave on it just as it is closed
    "not modified": b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n",
    "time is up": b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
    "nginx: the client left": b"HTTP/1.1 499 Closed\r\nContent-Length: 0\r\n\r\n",
    "chunks without an end": b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n" + CREATED,
    "a chunk of less than nothing": b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n"
    + CREATED,
    "a chunk up to the end": b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n" + CREATED,
    "a chunk of no size": b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n" + CREATED,
    "broken compression": b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\n"
    + CREATED,
}


@pytest.mark.parametrize("raw", MEANINGLESS.values(), ids=list(MEANINGLESS))
def test_meaningless_answer_to_an_order_leaves_its_outcome_unknown(
    connect: Connect, dictate: Dictate, raw: bytes
) -> None:
    store = dictate(Answer(raw=raw))
    with pytest.raises(OutcomeUnknown):
        create_order(connect(store), {})
    assert len(store.received) == 1


@pytest.mark.parametrize("raw", MEANINGLESS.values(), ids=list(MEANINGLESS))
def test_meaningless_answer_is_asked_for_again_where_that_is_safe(
    connect: Connect, dictate: Dictate, raw: bytes
) -> None:
    client = connect(dictate(Answer(raw=raw), Answer(body={"fine": True})))
    assert client.send("GET", "/v3/x", scope="s", safe_to_repeat=True).json() == {"fine": True}


def test_meaningless_answers_without_end_are_the_stores_fault_and_not_the_tokens(
    connect: Connect, dictate: Dictate
) -> None:
    client = connect(dictate(Answer(raw=MEANINGLESS["two lengths in a header"])))
    with pytest.raises(StoreUnavailable, match="contradict each other"):
        client.send("GET", "/v3/x", scope="s", safe_to_repeat=True)
    with pytest.raises(UnexpectedResponse, match="status 304"):
        connect(dictate(Answer(raw=MEANINGLESS["not modified"]))).send(
            "GET", "/v3/x", scope="s", safe_to_repeat=True
        )


@pytest.mark.parametrize("first", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
def test_interim_answers_are_skipped(connect: Connect, dictate: Dictate, first: bytes) -> None:
    interim = b"HTTP/1.1 " + first + b"\r\nLink: </x>; rel=preload\r\n\r\n"
    assert create_order(connect(dictate(Answer(raw=2 * interim + WHOLE))), {}).id == 7


@pytest.mark.parametrize("location", ["http://[::1", "https://elsewhere.example.com", "//", "\x80"])
def test_redirect_is_explained_whatever_its_address(
    connect: Connect, dictate: Dictate, location: str
) -> None:
    store = dictate(Answer(302, b"", {"Location": location}))
    with pytest.raises(CredentialsError, match="redirects to another address"):
        create_order(connect(store), {})


def test_order_that_a_proxy_could_not_pass_on_was_not_sent(
    connect: Connect, dictate: Dictate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv("HTTPS_PROXY", nobody)
    client = connect(dictate(Answer()), base_url="https://store.invalid")
    with pytest.raises(StoreUnavailable, match=r"no connection to store\.invalid could be made") as failure:
        create_order(client, {})
    assert not failure.value.reached


NESTED = [b"[" * depth + b"1" + b"]" * depth for depth in (100, 450, 800)]
NESTED += [b'{"errors":[' * depth + b"1" + b"]}" * depth for depth in (100, 450, 800)]
NESTED += [b'{"errors":{"a":' * depth + b"1" + b"}}" * depth for depth in (100, 450, 800)]
ENDLESS = [b"<" * 10**6, b"<title>" * 10**5, b"[" + b'{"message":"m"},' * 10**5 + b"{}]"]


@pytest.mark.parametrize("status", [400, 403, 409, 422])
@pytest.mark.parametrize("body", [*NESTED, *ENDLESS])
def test_reason_that_nobody_could_read_is_a_refusal_all_the_same(
    connect: Connect, dictate: Dictate, status: int, body: bytes
) -> None:
    began = time.process_time()
    with pytest.raises((RequestRefused, CredentialsError)) as refusal:
        create_order(connect(dictate(Answer(status, body))), {})
    assert refusal.value.status == status
    assert time.process_time() - began < 5
