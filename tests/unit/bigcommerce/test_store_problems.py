"""What BigCommerce names in the details of an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.bigcommerce.errors import RequestRefused
from include.bigcommerce.store_problems import StoreProblem, read_problems
from tests.support.dictated_store import Answer
from tests.support.store_clients import TOKEN, Connect, Dictate


def v2(status: int, *errors: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"status": status, "message": "No.", "details": {"errors": list(errors)}}]


@pytest.mark.parametrize(
    ("product", "type_", "problem"),
    [
        (
            {"id": 6, "name": "MacBook", "sku": {"id": 5, "sku": "MB-1", "inventory_level": 5}},
            "OutOfStock",
            StoreProblem("OutOfStock", product_id=6, name="MacBook", sku="MB-1", inventory_level=5),
        ),
        (
            {"id": "27", "name": "Headset", "maximum_quantity": 5},
            "ExceedsMaxQuantity",
            StoreProblem("ExceedsMaxQuantity", product_id=27, name="Headset", maximum_quantity=5),
        ),
        (
            {"id": 25, "name": "Armband", "minimum_quantity": 2, "sku": "ARM"},
            "InsufficientQuantity",
            StoreProblem(
                "InsufficientQuantity", product_id=25, name="Armband", sku="ARM", minimum_quantity=2
            ),
        ),
        (
            {"id": 6, "required_product_options": [{"display_name": "CPU"}, {"display_name": "HDD Size"}]},
            "MandatoryProductOptions",
            StoreProblem("MandatoryProductOptions", product_id=6, options=("CPU", "HDD Size")),
        ),
        (
            {"id": 6, "product_option": {"id": 24, "display_name": "Video Memory", "value": 300}},
            "InvalidProductOptionValue",
            StoreProblem("InvalidProductOptionValue", product_id=6, options=("Video Memory",)),
        ),
        ({"id": None, "variant_id": 9}, "SomethingNew", StoreProblem("SomethingNew", variant_id=9)),
    ],
)
def test_each_type_of_the_samples_is_read(
    product: dict[str, Any], type_: str, problem: StoreProblem, connect: Connect, dictate: Dictate
) -> None:
    client = connect(dictate(Answer(409, v2(409, {"type": type_, "product": product}))))
    with pytest.raises(RequestRefused) as caught:
        client.send("POST", "/v2/orders", json={}, scope="store_v2_orders", safe_to_repeat=False)
    assert caught.value.problems == (problem,)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": "Quantity is too large."}, "Quantity is too large."),
        ([{"error": "Quantity is too large."}], "Quantity is too large."),
        (
            [
                {
                    "status": 400,
                    "message": "The field 'state' is invalid.",
                    "details": {"invalid_reason": "Not in US."},
                }
            ],
            "Not in US.",
        ),
    ],
)
def test_bare_error_and_invalid_reason_are_quoted(
    body: object, reason: str, connect: Connect, dictate: Dictate
) -> None:
    client = connect(dictate(Answer(400, body)))
    with pytest.raises(RequestRefused) as caught:
        client.send("POST", "/v2/orders", json={}, scope="store_v2_orders", safe_to_repeat=False)
    assert [problem.reason for problem in caught.value.problems] == [reason]
    assert reason in caught.value.detail


def test_problems_are_cleaned_bounded_and_never_hold_the_token(connect: Connect, dictate: Dictate) -> None:
    errors = [
        {"type": "OutOfStock", "product": {"id": number, "name": f"\x00a\nb \ud83d {TOKEN} " + "x" * 999}}
        for number in range(99)
    ]
    client = connect(dictate(Answer(409, json.dumps(v2(409, *errors)).replace("\\ud83d", "?").encode())))
    with pytest.raises(RequestRefused) as caught:
        client.send("POST", "/v2/orders", json={}, scope="store_v2_orders", safe_to_repeat=False)
    problems = caught.value.problems
    assert len(problems) == 20
    assert problems[0].name.startswith("a b ? … x")
    assert len(problems[0].name) == 300


def test_personal_words_in_a_reason_are_hidden_but_not_in_a_products_name(
    connect: Connect, dictate: Dictate
) -> None:
    answer = [
        {"details": {"invalid_reason": "Mint is no city."}},
        *v2(409, {"type": "OutOfStock", "product": {"id": 1, "name": "Mint Tea"}}),
    ]
    client = connect(dictate(Answer(409, answer)))
    with pytest.raises(RequestRefused) as caught:
        client.send("POST", "/v2/orders", json={}, scope="store_v2_orders", safe_to_repeat=False)
    caught.value.redact(["Mint"])
    assert [(one.reason, one.name) for one in caught.value.problems] == [
        ("… is no city.", ""),
        ("", "Mint Tea"),
    ]


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "product", "details", "errors", "error", "sku", "id", "name"]), inner
        )
    ),
    max_leaves=20,
)


@given(junk)
@example({"type": "0", "product": {}})
def test_no_shape_of_an_error_body_breaks_the_reading(body: object) -> None:
    for problem in read_problems(body):
        assert problem != StoreProblem()
