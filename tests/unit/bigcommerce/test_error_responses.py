"""What people read when a store refuses a request: its own message, trimmed and without personal data."""

from __future__ import annotations

import pytest

from include.bigcommerce.errors import (
    RequestRefused,
    ScopeMissing,
)
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, read_products, send_order

HTML = b"<html><head><title>Be right\nback</title></head><body>Sorry</body></html>"


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
        ({"data": [{"status": 422, "title": "No credit for guests."}]}, "No credit for guests."),
        ({"data": [{"error": "Tax service gone away", "order_id": 1}], "meta": {}}, "Tax service gone away"),
        ({"batch_errors": [{"title": "A", "errors": {"sku": "B"}}, {"title": "C"}]}, "A sku: B C"),
        ({"title": "Bad", "data": [{"title": "a product"}]}, "Bad"),
        ({"data": {"data": [[None, ""]]}, "meta": {"title": "x"}}, ""),
        (b"x" * 10_000, "x" * 299 + "…"),
        (b"<title>400 Bad Request &#183; Tom&nbsp;&amp; Co</title>", "400 Bad Request · Tom & Co"),
        ([{"message": "The field &#039;zip&#039; is invalid."}], "The field 'zip' is invalid."),
        (b'\xef\xbb\xbf[{"message":"A"}]', "A"),
        (rb'[{"message":"Great \ud83d","status":400}]', "Great �"),
        (b'[{"message":"caf\xc3"}]', "caf�"),
        (b'[{"message":"a\tb\x01"}]', "a b"),
        ([{"message": ["A", None, ""]}, {"message": {"en": "B"}}, None], "A en: B"),
        ({"title": "Bad", "errors": {"a": {"b": [{"c": "d"}, None]}, "e": None}}, "Bad a: b: c: d"),
        ({"title": None, "errors": [None, [None], {}], "error": True}, ""),
    ],
)
def test_the_stores_own_message_is_kept_trimmed(
    body: object, message: str, connect: Connect, dictate: Dictate
) -> None:
    with pytest.raises(RequestRefused) as caught:
        read_products(connect(dictate(Answer(400, body))))
    assert caught.value.detail == message


def test_a_missing_scope_is_named_as_the_control_panel_names_it(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(403, {"title": "You don't have a required scope to access the endpoint"}))
    with pytest.raises(ScopeMissing) as caught:
        read_products(connect(store))
    assert caught.value.scope == "store_v2_products"
    assert '"Products: modify" (store_v2_products)' in str(caught.value)
    assert "required scope" in str(caught.value)
    assert len(store.received) == 1


@pytest.mark.parametrize(
    ("message", "personal", "detail"),
    [
        ("The options of one or more products", ["Ion"], "The options of one or more products"),
        ("Products are out of stock", ["Stock"], "Products are out of …"),
        ("The field for jane@example.com", ["jane@example.com"], "The field for …"),
        ("Not found: 12 Main   Street", ["12 Main Street"], "Not found: …"),
        ("It is a b", ["a", " "], "It is a b"),
        ("x" * 290 + " jane@example.com", ["jane@example.com"], "x" * 290 + " …"),
        ("last=O%27Brien&city=S%c3%a3o+Paulo", ["O'Brien", "São Paulo"], "last=…&city=…"),
        (r"last:O\u0027Brien,city:S\u00e3o Paulo", ["O'Brien", "São Paulo"], "last:…,city:…"),
        (r"last:O\'Brien,street:1\/2 High", ["O'Brien", "1/2 High"], "last:…,street:…"),
        ("O&#039;Brien in S&atilde;o Paulo", ["O'Brien", "São Paulo"], "… in …"),
        ("of Zoe\u0308 and Zoë", ["Zoë"], "of … and …"),
        ("Sean%20Brien", ["Sean", "Brien"], "…%20…"),
    ],
)
def test_personal_words_are_hidden_as_whole_words_and_our_own_words_stay(
    message: str, personal: list[str], detail: str, connect: Connect, dictate: Dictate
) -> None:
    with pytest.raises(RequestRefused) as caught:
        send_order(connect(dictate(Answer(400, [{"status": 400, "message": message}]))))
    error = caught.value
    error.redact([*personal, "BigCommerce", "refused"])
    assert error.detail == detail
    assert str(error) == (
        f"BigCommerce refused POST /v2/orders of store abc123 (400: {detail}). "
        "Retrying won't help until this is fixed."
    )
