"""Which options BigCommerce requires in orders, ten products a request; odd rows spoil no others."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from include.bigcommerce.errors import StoreUnavailable, UnexpectedResponse
from include.bigcommerce.metafields import read_variant_metafields
from include.bigcommerce.modifiers import read_required_modifiers
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, OpenSandbox

ENGRAVING = {
    "id": 12,
    "product_id": 1,
    "type": "dropdown",
    "required": True,
    "display_name": "Engraving",
    "option_values": [{"id": 96, "label": "Initials"}, {"id": 97, "label": "None"}],
}


def page(*data: Any) -> dict[str, Any]:
    pagination = {"total": len(data), "per_page": 250, "current_page": 1, "total_pages": 1}
    return {"data": list(data), "meta": {"pagination": pagination}}


def test_required_modifiers_are_read_and_optional_ones_are_not(connect: Connect, dictate: Dictate) -> None:
    optional = {**ENGRAVING, "id": 13, "required": False}
    store = dictate(Answer(body=page({"id": 1, "modifiers": [ENGRAVING, optional]}, {"id": 2})))
    found = read_required_modifiers(connect(store), [1, 2, 3])
    assert {product_id: [each.id for each in modifiers] for product_id, modifiers in found.items()} == {
        1: [12],
        2: [],
    }
    assert [(choice.id, choice.label) for choice in found[1][0].option_values or []] == [
        (96, "Initials"),
        (97, "None"),
    ]
    query = parse_qs(urlsplit(store.received[0].target).query)
    assert (query["id:in"], query["include"]) == (["1,2,3"], ["modifiers"])


def test_the_request_is_one_of_the_official_contract(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=2)
    first, second = sandbox.catalogue.product_ids
    engraving = sandbox.catalogue.add_modifier(first, "Engraving")
    found = read_required_modifiers(connect(sandbox), [first, second])
    assert {product_id: [each.id for each in modifiers] for product_id, modifiers in found.items()} == {
        first: [engraving.id],
        second: [],
    }


@pytest.mark.parametrize("broken", [[0], [3, 4], [0, 1, 2, 3, 4, 5, 6, 7, 8]])
@pytest.mark.parametrize("as_text", [True, False])
def test_product_on_which_the_store_fails_keeps_no_other_from_being_read(
    broken: list[int], as_text: bool, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=10, variants=1)
    ids = list(sandbox.catalogue.product_ids)
    for position in broken:
        if as_text:
            sandbox.catalogue.invalid_content.spoil_product(ids[position], "is_visible", '"12" rod"')
        else:
            sandbox.catalogue.invalid_content.fail_on_product(ids[position], "is_visible")
    found = read_required_modifiers(connect(sandbox), ids)
    assert list(found) == [each for position, each in enumerate(ids) if position not in broken]
    assert len(sandbox.requests) <= 2 + 10 + len(broken)


def test_store_that_fails_on_all_products_is_unavailable(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=10, variants=1)
    ids = list(sandbox.catalogue.product_ids)
    sandbox.faults.add("status", status=503, path="include=modifiers", times=None)
    with pytest.raises(StoreUnavailable):
        read_required_modifiers(connect(sandbox), ids)
    sandbox.faults.clear()
    sandbox.faults.add("status", status=503, path="include=modifiers", times=22)
    assert list(read_required_modifiers(connect(sandbox), ids)) == ids


def test_lone_product_on_which_the_store_fails_costs_few_requests(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=1, variants=1)
    product_id = sandbox.catalogue.product_ids[0]
    sandbox.catalogue.invalid_content.fail_on_product(product_id, "is_visible")
    assert read_required_modifiers(connect(sandbox), [product_id]) == {}
    assert len(sandbox.requests) == 4


@pytest.mark.parametrize(
    "odd",
    [
        {"id": 0, "modifiers": [ENGRAVING]},
        {"id": "two"},
        {"id": 2, "modifiers": "none"},
        7,
        {"id": 99, "modifiers": [ENGRAVING]},  # a product that nobody asked for
    ],
)
def test_an_odd_product_spoils_no_other(odd: Any, connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(body=page(odd, {"id": 1, "modifiers": [ENGRAVING]})))
    assert list(read_required_modifiers(connect(store), [1, 2])) == [1]


@pytest.mark.parametrize("odd", [{**ENGRAVING, "id": None}, {"id": 5}, {**ENGRAVING, "required": "yes"}, []])
def test_an_odd_modifier_spoils_no_other(odd: Any, connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(body=page({"id": 1, "modifiers": [odd, ENGRAVING]})))
    assert [each.id for each in read_required_modifiers(connect(store), [1])[1]] == [12]


@pytest.mark.parametrize(
    "other_form",
    [
        {"required": 1},
        {"required": "true"},
        {"id": "12"},
        {"display_name": None},
        {"option_values": {"0": {"id": "96", "label": 42}, "1": {"id": 97, "label": None}}},
        {"option_values": {}},
        {"option_values": None},
    ],
)
@pytest.mark.parametrize("modifiers", [lambda modifier: [modifier], lambda modifier: {"0": modifier}])
def test_required_modifier_in_another_form_is_still_required(
    other_form: dict[str, Any], modifiers: Any, connect: Connect, dictate: Dictate
) -> None:
    store = dictate(Answer(body=page({"id": "1", "modifiers": modifiers({**ENGRAVING, **other_form})})))
    (found,) = read_required_modifiers(connect(store), [1])[1]
    assert found.id == 12
    assert [(each.id, each.label) for each in found.option_values or []] in (
        [(96, "Initials"), (97, "None")],
        [(96, "42"), (97, "")],
        [],
    )


FIELD = {
    "id": 5,
    "resource_id": 7,
    "namespace": "crm",
    "key": "campaign_product",
    "value": "1.2",
    "permission_set": "read",
}


@pytest.mark.parametrize(
    "foreign",
    [
        {"id": 0, "resource_id": None, "namespace": "other app", "key": 7},
        {**FIELD, "namespace": "other app", "value": None},
        {**FIELD, "resource_id": 0},
        {**FIELD, "value": {"a": 1}},
        "text",
        None,
    ],
)
def test_a_metafield_in_an_odd_form_stops_no_other(foreign: Any, connect: Connect, dictate: Dictate) -> None:
    client = connect(dictate(Answer(body=page(foreign, FIELD))))
    (found,) = read_variant_metafields(client, "crm", "campaign_product")
    assert [(each.id, each.variant_id, each.value) for each in found] == [(5, 7, "1.2")]


def test_metafield_that_writes_numbers_as_text_or_text_as_numbers_is_read(
    connect: Connect, dictate: Dictate
) -> None:
    odd = page({**FIELD, "id": "5", "resource_id": "7", "value": 1.20}, {**FIELD, "key": 7})
    odd["meta"]["pagination"] = {name: str(value) for name, value in odd["meta"]["pagination"].items()}
    body = json.dumps(odd).replace("1.2,", "1.20,").encode()
    (found,) = read_variant_metafields(connect(dictate(Answer(body=body))), "crm", "campaign_product")
    assert [(each.id, each.variant_id, each.value) for each in found] == [(5, 7, "1.20")]


def test_a_page_of_our_metafields_in_an_odd_form_only_is_an_error(connect: Connect, dictate: Dictate) -> None:
    """Otherwise a verification would take all of them for lost."""
    client = connect(dictate(Answer(body=page({**FIELD, "value": None}))))
    with pytest.raises(UnexpectedResponse, match="value"):
        list(read_variant_metafields(client, "crm", "campaign_product"))
