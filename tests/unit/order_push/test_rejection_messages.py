"""The sentence and the next step for each way in which BigCommerce refuses an order."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from include.bigcommerce.error_responses import Call, refusal
from include.bigcommerce.errors import RequestRefused
from include.bigcommerce.orders import create_order
from include.order_push.rejection_messages import rejection
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate

LAPTOP = {"id": 6, "name": "Laptop", "sku": {"id": 5, "sku": "LAPTOP-A", "inventory_level": 5}}
RESTOCK = "Restock it in BigCommerce, then retry the order. Or cancel the order in the CRM."
SYNC = "Sync the store's products, then retry the order."
IN_CRM = "Correct it in the CRM, then retry the order."
SOMEWHERE = "Correct it in the CRM or in BigCommerce, then retry the order."
CURRENCY = (
    "In BigCommerce, under Settings > Currencies, let shoppers pay in KWD, the currency of the order, then "
    "retry the order."
)
RAISE = "Raise the product's maximum purchase quantity in BigCommerce, then retry the order."
LOWER = "Lower the product's minimum purchase quantity in BigCommerce, then retry the order."
SET_OPTION = (
    "Make the option optional in BigCommerce, or set a default value for it in the CRM; then retry the order."
)
SET_VALUE = "In the CRM, set a default value that the option has, then retry the order."
NO_STOCK = "One or more products are out of stock or do not meet their quantity limits."


def typed(*problems: dict[str, Any], status: int = 409, message: str = NO_STOCK) -> list[dict[str, Any]]:
    return [{"status": status, "message": message, "details": {"errors": list(problems)}}]


def problem(type_: str, **product: Any) -> dict[str, Any]:
    return {"type": type_, "product": product}


def told(connect: Connect, dictate: Dictate, answer: object, status: int = 409, **billing: str) -> Any:
    """Reason and next step for an order of this customer that the store answers so."""
    client = connect(dictate(Answer(status, answer)))
    with pytest.raises(RequestRefused) as refused:
        create_order(client, {"billing_address": billing, "products": []})
    return rejection(refused.value, "KWD")


@pytest.mark.parametrize(
    ("refused", "sentence", "next_step"),
    [
        (problem("OutOfStock", **LAPTOP), '"Laptop" (SKU LAPTOP-A) is out of stock: 5 left.', RESTOCK),
        (problem("OutOfStock", id=6, name="Laptop", inventory_level=0), '"Laptop" is out of stock.', RESTOCK),
        (
            problem("ExceedsMaxQuantity", id=27, name="Headset", maximum_quantity=5),
            'The quantity of "Headset" exceeds its maximum of 5 pieces.',
            RAISE,
        ),
        (
            problem("ExceedsMaxQuantity", id=27),
            "The quantity of BigCommerce's product 27 exceeds its maximum.",
            RAISE,
        ),
        (
            problem("InsufficientQuantity", id=25, name="Armband", minimum_quantity=2),
            'The quantity of "Armband" is below its minimum of 2 pieces.',
            LOWER,
        ),
        (
            problem(
                "MandatoryProductOptions",
                id=6,
                name="Laptop",
                required_product_options=[{"display_name": "CPU"}, {"display_name": "Video memory"}],
            ),
            '"Laptop" needs a value for the options "CPU" and "Video memory".',
            SET_OPTION,
        ),
        (
            problem("MandatoryProductOptions", id=6, name="Laptop"),
            '"Laptop" needs a value for its required options.',
            SET_OPTION,
        ),
        (
            problem("InvalidProductOption", id=6, name="Laptop", product_option={"display_name": "CPU"}),
            '"Laptop" does not have the option "CPU".',
            SYNC,
        ),
        (
            problem("InvalidProductOption", id=6, name="Laptop"),
            '"Laptop" does not have an option of the order.',
            SYNC,
        ),
        (
            problem("InvalidProductOptionValue", id=6, name="Laptop", product_option={"display_name": "CPU"}),
            '"Laptop" does not have the value that the order gives the option "CPU".',
            SET_VALUE,
        ),
        (
            problem("NotSoldOnFridays", id=6, name="Laptop", sku="LAPTOP-A"),
            '"Laptop" (SKU LAPTOP-A) cannot be ordered (NotSoldOnFridays).',
            SOMEWHERE,
        ),
        (
            {**problem("NotSoldOnFridays", variant_id=9), "message": "It is Friday."},
            "BigCommerce's variant 9 cannot be ordered (NotSoldOnFridays): It is Friday.",
            SOMEWHERE,
        ),
    ],
)
def test_error_with_a_type_names_product_limit_and_option_and_its_own_next_step(
    refused: dict[str, Any], sentence: str, next_step: str, connect: Connect, dictate: Dictate
) -> None:
    expected = (f"BigCommerce refused the order. {sentence}", next_step)
    assert told(connect, dictate, typed(refused)) == expected


def test_several_problems_are_all_named_with_each_next_step_once(connect: Connect, dictate: Dictate) -> None:
    stock = [problem("OutOfStock", id=number) for number in range(1, 5)]
    answer = typed(*stock, problem("ExceedsMaxQuantity", id=5), problem("ExceedsMaxQuantity", id=6))
    reason, next_step = told(connect, dictate, answer)
    assert reason.startswith("BigCommerce refused the order. BigCommerce's product 1 is out of stock. ")
    assert reason.endswith(
        "The quantity of BigCommerce's product 5 exceeds its maximum. There is 1 more problem."
    )
    assert next_step == f"{RESTOCK} {RAISE}"


@pytest.mark.parametrize(
    ("answer", "said", "next_step"),
    [
        (
            [
                {
                    "status": 400,
                    "message": "The field 'state' is invalid.",
                    "details": {"invalid_reason": "The state is not one of the country."},
                }
            ],
            "The field 'state' is invalid. The state is not one of the country.",
            IN_CRM,
        ),
        (
            [{"status": 400, "message": "The field 'email' is invalid."}],
            "The field 'email' is invalid.",
            IN_CRM,
        ),
        (
            [{"status": 400, "message": "The field 'default_currency_code' is invalid."}],
            "The field 'default_currency_code' is invalid.",
            CURRENCY,
        ),
        (
            [{"status": 400, "message": "The field 'default_currency_code' cannot be written to."}],
            "The field 'default_currency_code' cannot be written to.",
            CURRENCY,
        ),
        (
            [{"status": 400, "message": "Currency KWD is not enabled."}],
            "Currency KWD is not enabled.",
            CURRENCY,
        ),
        (
            [{"status": 400, "message": "The field 'product_id' is invalid."}],
            "The field 'product_id' is invalid.",
            SYNC,
        ),
        (
            [{"status": 400, "message": "The options of one or more products are invalid."}],
            "The options of one or more products are invalid.",
            SYNC,
        ),
        ([{"status": 409, "message": NO_STOCK}], NO_STOCK, RESTOCK),
        ({"error": "Input data is invalid."}, "Input data is invalid.", SOMEWHERE),
        ([{"error": "Input data is invalid."}], "Input data is invalid.", SOMEWHERE),
        ({}, "it gave no reason (status 400)", SOMEWHERE),
        ([], "it gave no reason (status 400)", SOMEWHERE),
    ],
)
def test_error_without_a_type_is_quoted_and_its_subject_decides_the_next_step(
    answer: object, said: str, next_step: str, connect: Connect, dictate: Dictate
) -> None:
    assert told(connect, dictate, answer, 400) == (f"BigCommerce refused the order: {said}", next_step)


MESSAGES = [
    "The options of one or more products are invalid.",
    NO_STOCK,
    "The field 'product_id' is invalid.",
    "The field 'billing_address.city' is invalid.",
    "Input data is invalid.",
]


@pytest.mark.parametrize("name", ["Ion", "Art", "Stock", "Options", "Products", "Opt", "Prod", "ID", "Field"])
@pytest.mark.parametrize("message", MESSAGES)
def test_customer_called_like_a_part_or_a_word_of_the_message_changes_nothing(
    name: str, message: str, connect: Connect, dictate: Dictate
) -> None:
    answer = [{"status": 400, "message": message}]
    plain = told(connect, dictate, answer, 400)
    assert told(connect, dictate, answer, 400, first_name=name, last_name="Doe") == plain


def test_customers_own_words_are_hidden(connect: Connect, dictate: Dictate) -> None:
    answer = {"error": "Ion Doe of Arton, Art Street, is no valid option for Ion."}
    reason, next_step = told(connect, dictate, answer, 400, first_name="Ion", last_name="Doe", city="Art")
    assert reason == ("BigCommerce refused the order: … … of Arton, … Street, is no valid option for ….")
    assert next_step == SYNC


@pytest.mark.parametrize(
    ("name", "shown"),
    [(rb"Tea \ud83d", "Tea �"), (b"Tea \xc3", "Tea �"), (b"Tea\x01", "Tea"), (b"T &amp; more", "T & more")],
)
def test_damaged_name_of_a_product_changes_nothing_but_itself(
    name: bytes, shown: str, connect: Connect, dictate: Dictate
) -> None:
    product = b'{"id":5,"name":"%b","sku":"A1"}' % name
    answer = b'[{"message":"No.","details":{"errors":[{"type":"OutOfStock","product":%b}]}}]' % product
    reason, next_step = told(connect, dictate, answer, 409)
    assert reason == f'BigCommerce refused the order. "{shown}" (SKU A1) is out of stock.'
    assert next_step == RESTOCK


words = st.sampled_from(sorted({word for text in MESSAGES for word in re.findall(r"[\w']+", text)}))
names = st.lists(words | st.sampled_from(["Ion", "Art", "Jane"]), min_size=1, max_size=3).map(" ".join)


@given(st.sampled_from(MESSAGES), names, names)
def test_whatever_the_name_only_whole_words_are_hidden_and_the_advice_stays(
    message: str, first_name: str, last_name: str
) -> None:
    response = requests.Response()
    response.status_code, response.request = 400, requests.Request("POST", "https://x").prepare()
    response._content = json.dumps([{"status": 400, "message": message}]).encode()
    call = Call("POST", "/v2/orders", "abc123", "store_v2_orders", safe_to_repeat=False)
    error = refusal(call, response)
    assert isinstance(error, RequestRefused)
    plain, step = rejection(error, "USD")
    error.redact([first_name, last_name])
    reason, hidden_step = rejection(error, "USD")
    assert hidden_step == step
    kept = [re.escape(part) for part in reason.split("…")]
    assert re.fullmatch(r"(?<!\w)[\w' .]+(?!\w)".join(kept), plain), reason
