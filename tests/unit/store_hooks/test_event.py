"""What a call says is read from the official bodies, and from nothing that only looks like one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from include.store_hooks.event import Event, read_event


def body(scope: str = "store/product/updated", data: object = None, **changes: Any) -> bytes:
    event = {
        "producer": "stores/abc123",
        "store_id": "1025646",
        "scope": scope,
        "created_at": 1561488106,
        "hash": "352e4afc6dd3fc85ea26bfdf3f91852604d57528",
        "data": {"type": "product", "id": 205} if data is None else data,
    }
    return json.dumps({**event, **changes}).encode()


@pytest.mark.parametrize(
    ("scope", "data", "expected"),
    [
        ("store/product/deleted", {"type": "product", "id": 205}, ("product", 205)),
        (
            "store/sku/updated",
            {"type": "sku", "id": 461, "sku": {"product_id": 206, "variant_id": 509}},
            ("product", 206),
        ),
        ("store/product/anything/new", {"type": "product", "id": 167}, ("product", 167)),
        ("store/order/statusUpdated", {"type": "order", "id": 250, "status": {}}, ("order", 250)),
        ("store/order/refund/created", {"type": "order", "id": 250, "refund": {}}, ("order", 250)),
        ("store/shipment/created", {"type": "shipment", "id": 12, "orderId": 251}, ("order", 251)),
        ("store/product/updated", {"type": "product", "id": 205.0}, ("product", 205)),
        ("store/order/anything/new", {"type": "order", "id": 250, "sku": "A"}, ("order", 250)),
        ("store/product/updated", {"type": "product", "id": "205", "sku": None}, ("product", 205)),
        ("store/sku/updated", {"type": "sku", "sku": {"product_id": "206"}}, ("product", 206)),
        ("store/shipment/created", {"type": "shipment", "id": None, "orderId": "251"}, ("order", 251)),
    ],
)
def test_event_names_the_product_or_the_order(
    scope: str, data: dict[str, object], expected: tuple[str, int]
) -> None:
    event = read_event(body(scope, data), "abc123")
    assert event is not None
    assert (event.subject, event.bigcommerce_id) == expected


@pytest.mark.parametrize(
    ("scope", "data"),
    [
        *(
            (scope, {"type": "product", "id": 167, "inventory": {"product_id": 167, "value": 2}})
            for scope in ("store/product/inventory/updated", "store/product/inventory/order/updated")
        ),
        *(
            (scope, {"type": "sku", "id": 461, "inventory": {"product_id": 167, "variant_id": 509}})
            for scope in ("store/sku/inventory/updated", "store/sku/inventory/order/updated")
        ),
        ("store/order/created", {"type": "order", "id": 250}),
        ("store/order/message/created", {"type": "order", "id": 250}),
        ("store/customer/created", {"type": "customer", "id": 1}),
    ],
)
def test_event_that_changes_nothing_in_the_crm_is_not_needed(scope: str, data: object) -> None:
    assert read_event(body(scope, data), "abc123") is None


@pytest.mark.parametrize(
    "unreadable",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"data":' * 5_000,
        body(producer="stores/other1"),
        body(producer=None),
        body(data={"type": "product"}),
        body(data={"type": "product", "id": "205x"}),
        body(data={"type": "product", "id": "9" * 5_000}),
        body(data={"type": "product", "id": True}),
        body(data={"type": "product", "id": 0}),
        body(data={"type": "product", "id": -1}),
        body(data={"type": "product", "id": 2**63}),
        body(data={"type": "product", "id": 1.5}),
        body(data={"type": "product", "id": 1e300}),
        body(data={"type": "product", "id": 2.0**53}),  # another id may read so, too
        body(data={"type": "sku", "id": 1}),
        body(data={"type": "sku", "id": 1, "sku": {"product_id": 10**30}}),
        body(data={"type": "shipment", "id": 1}),
        body(data=[]),
    ],
)
def test_body_that_is_no_event_of_this_store_is_unreadable(unreadable: bytes) -> None:
    with pytest.raises(ValueError, match="event"):
        read_event(unreadable, "abc123")


@pytest.mark.parametrize(
    "odd",
    [
        {"hash": None},
        {"hash": 7},
        {"hash": ""},
        {"hash": "x" * 10_000},
        {"created_at": None},
        {"created_at": "yesterday"},
        {"created_at": 10**30},
    ],
)
def test_hint_is_not_lost_over_what_only_tells_events_apart(odd: dict[str, Any]) -> None:
    assert key(**odd) == key(**odd) != key(**odd, data={"type": "product", "id": 206})


@pytest.mark.parametrize(
    ("right", "damaged"),
    [
        (b"1561488106", b"1" + b"0" * 5_000),
        (b"1561488106", b"1e400"),
        (b'"hash": "', rb'"hash": "\ud83d'),
        (b'"hash": "', b'"hash": "\x01'),
        (b"{", b"\xef\xbb\xbf{"),
    ],
)
def test_hint_is_not_lost_over_damaged_json_beside_it(right: bytes, damaged: bytes) -> None:
    whole = body()
    assert whole.count(right) >= 1
    event = read_event(whole.replace(right, damaged, 1), "abc123")
    assert isinstance(event, Event)
    assert event.bigcommerce_id == 205
    assert event.key != key()


def test_texts_with_nul_do_no_harm() -> None:
    assert key(hash="\0", scope="store/product/\0").isalnum()


def key(**changes: Any) -> str:
    event = read_event(body(**changes), "abc123")
    assert isinstance(event, Event)
    return event.key


def test_repetition_of_an_event_has_its_key_and_another_event_has_another() -> None:
    assert key() == key(store_id="other") == key()
    others = {key(created_at=1561488107), key(hash="other"), key(scope="store/product/created")}
    assert len(others | {key()}) == 4
