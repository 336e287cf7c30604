"""Whatever the store says to a batch of metafields, one item costs no other; an outage costs few requests."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import (
    BigCommerceError,
    OwnedByAnotherAccount,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    UnexpectedResponse,
)
from include.bigcommerce.metafields import (
    BatchOutcome,
    VariantMetafield,
    read_variant_metafields,
    write_variant_metafields,
)
from include.sandbox import Sandbox
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, OpenSandbox


def new(variant_id: int, metafield_id: int | None = None) -> VariantMetafield:
    return VariantMetafield(variant_id, "crm", "campaign_product", "1.1", "read", metafield_id)


def ids(sandbox: Sandbox) -> list[int]:
    return [variant.id for variant in sandbox.catalogue.all_variants()]


def write(client: StoreClient, metafields: Iterable[VariantMetafield]) -> BatchOutcome:
    together = BatchOutcome()
    for outcome in write_variant_metafields(client, metafields):
        together.written += outcome.written
        together.already_exists += outcome.already_exists
        together.gone += outcome.gone
        together.refused += outcome.refused
    return together


def sizes(sandbox: Sandbox) -> list[int]:
    return [len(json.loads(each.body)) for each in sandbox.requests if each.method in ("POST", "PUT")]


@pytest.mark.parametrize("status", [400, 413, 422, 500, 502, 503, 504])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_the_item_that_fails_its_whole_batch_is_named_and_the_rest_is_written(
    method: str, status: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=10, variants=3)
    client, variants = connect(sandbox), ids(sandbox)
    metafields = [new(each) for each in variants]
    culprit = variants[13]
    if method == "PUT":
        written = {one.variant_id: one for one in write(client, metafields).written}
        metafields = [new(each, written[each].id) for each in variants]
        item = written[culprit].id
    else:
        item = culprit
    sandbox.faults.add("status", method=method, path="metafields", item=item, status=status, times=None)
    outcome = write(client, metafields)
    assert {each.variant_id for each in outcome.written} == set(variants) - {culprit}
    ((metafield, reason),) = outcome.refused
    assert metafield.variant_id == culprit
    assert reason


@pytest.mark.parametrize(("status", "list_name"), [(404, "gone"), (409, "already_exists")])
def test_a_new_field_that_is_gone_or_there_already_fails_its_whole_batch_but_no_other(
    status: int, list_name: str, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=10, variants=3)
    variants = ids(sandbox)
    sandbox.faults.add(
        "status", method="POST", path="metafields", item=variants[4], status=status, times=None
    )
    outcome = write(connect(sandbox), [new(each) for each in variants])
    assert len(outcome.written) == 29
    assert [each.variant_id for each in getattr(outcome, list_name)] == [variants[4]]
    assert outcome.refused == []


def test_several_items_that_fail_their_batches_are_all_named(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=10, variants=3)
    variants = ids(sandbox)
    culprits = {variants[0], variants[1], variants[9], variants[29]}
    for culprit in culprits:
        sandbox.faults.add("status", method="POST", path="metafields", item=culprit, status=400, times=None)
    outcome = write(connect(sandbox), [new(each) for each in variants])
    assert {metafield.variant_id for metafield, _ in outcome.refused} == culprits
    assert len(outcome.written) == 26


def test_the_only_item_that_the_store_fails_on_is_refused_and_the_sync_goes_on(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox()
    sandbox.faults.add("status", method="POST", path="metafields", status=500, times=None)
    outcome = write(connect(sandbox), [new(ids(sandbox)[0])])
    ((_, reason),) = outcome.refused
    assert "returns an error for this custom field alone (500)" in reason
    assert len(sandbox.requests) == 3 + 1 + 3


def test_a_failure_that_passes_leaves_the_batch_whole(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=10, variants=1)
    sandbox.faults.add("status", method="POST", path="metafields", status=500, times=5)
    outcome = write(connect(sandbox), [new(each) for each in ids(sandbox)])
    assert len(outcome.written) == 10
    assert set(sizes(sandbox)) == {10}


@pytest.mark.parametrize("bad", [range(60), range(120, 180), range(170, 200), [*range(40), *range(150, 190)]])
def test_neighbours_that_are_all_refused_stop_no_other(
    bad: Iterable[int], connect: Connect, open_sandbox: OpenSandbox
) -> None:
    """E.g. the variants of one product: many in a row, but not of the whole catalogue."""
    sandbox = open_sandbox(products=20, variants=10)
    variants = ids(sandbox)
    culprits = {variants[place] for place in bad}
    for culprit in culprits:
        sandbox.faults.add("status", method="POST", path="metafields", item=culprit, status=400, times=None)
    outcome = write(connect(sandbox), [new(each) for each in variants])
    assert {metafield.variant_id for metafield, _ in outcome.refused} == culprits
    assert {each.variant_id for each in outcome.written} == set(variants) - culprits


def test_few_good_fields_among_many_bad_ones_are_written(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=35, variants=1)
    variants = ids(sandbox)
    for culprit in variants[:30]:
        sandbox.faults.add("status", method="POST", path="metafields", item=culprit, status=400, times=None)
    outcome = write(connect(sandbox), [new(each) for each in variants])
    assert {each.variant_id for each in outcome.written} == set(variants[30:])
    assert len(outcome.refused) == 30


def test_store_that_refuses_every_field_is_named_as_that(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=200, variants=1)
    sandbox.faults.add("status", method="POST", path="metafields", status=400, times=None)
    with pytest.raises(RequestRefused, match=r"25 variants in a row .* did not try the others") as refused:
        write(connect(sandbox), [new(each) for each in ids(sandbox)])
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("method", "status", "error", "most"),
    [
        ("", 503, StoreUnavailable, 80),
        ("POST", 502, StoreUnavailable, 150),
        ("POST", 400, RequestRefused, 120),
        ("POST", 404, RequestRefused, 120),
        ("POST", 423, RequestRefused, 3),
    ],
)
def test_what_fails_for_every_item_ends_as_one_error_within_few_requests(
    method: str,
    status: int,
    error: type[BigCommerceError],
    most: int,
    connect: Connect,
    open_sandbox: OpenSandbox,
) -> None:
    sandbox = open_sandbox(products=200, variants=5)
    sandbox.faults.add("status", method=method, path="metafields", status=status, times=None)
    with pytest.raises(error):
        write(connect(sandbox), [new(each) for each in ids(sandbox)])
    assert len(sandbox.requests) <= most


def test_fields_that_are_all_there_are_found_out_within_few_requests(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=200, variants=5)
    sandbox.faults.add("status", method="POST", path="metafields", status=409, times=None)
    outcome = write(connect(sandbox), [new(each) for each in ids(sandbox)])
    assert len(outcome.already_exists) == 1_000
    assert len(sandbox.requests) < 250


def test_a_lost_answer_whose_batch_is_then_refused_as_a_conflict_is_reported_as_there_already(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=10, variants=1)
    sandbox.faults.add("reset_after_write", method="POST", path="metafields")
    sandbox.faults.add("status", method="POST", path="metafields", status=409, skip=1, times=None)
    outcome = write(connect(sandbox), [new(each) for each in ids(sandbox)])
    assert len(outcome.already_exists) == 10
    (stored,) = read_variant_metafields(connect(sandbox), "crm", "campaign_product")
    assert {each.variant_id for each in stored} == set(ids(sandbox))


# ---- another API account's


def test_one_field_of_another_account_is_named_as_that(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=10, variants=1)
    client = connect(sandbox)
    written = write(client, [new(each) for each in ids(sandbox)]).written
    sandbox.faults.add(
        "status",
        method="PUT",
        item=written[3].id,
        status=403,
        answer={"status": 403, "title": "Forbidden"},
        times=None,
    )
    outcome = write(client, written)
    ((metafield, reason),) = outcome.refused
    assert metafield == written[3]
    assert "Another API account created this custom field" in reason
    assert len(outcome.written) == 9


def test_fields_that_are_all_of_another_account_end_as_one_error_that_says_so(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(Answer(403, {"status": 403, "title": "Forbidden"}))
    with pytest.raises(OwnedByAnotherAccount, match="Another API account created these custom fields"):
        write(connect(store), [new(each, each) for each in range(1, 500)])
    assert len(store.received) <= 120


def test_new_field_that_a_limit_of_the_platform_forbids_stops_no_other(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=10, variants=1)
    limit = {"status": 403, "title": "This resource has 250 metafields"}
    variant_ids = ids(sandbox)
    sandbox.faults.add("status", method="POST", item=variant_ids[3], status=403, answer=limit, times=None)
    outcome = write(connect(sandbox), [new(each) for each in variant_ids])
    ((metafield, reason),) = outcome.refused
    assert metafield.variant_id == variant_ids[3]
    assert reason == "This resource has 250 metafields. Fix this in BigCommerce, then sync again."
    assert len(outcome.written) == 9


def test_refusal_of_every_new_field_is_a_missing_scope_within_few_requests(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(Answer(403, b"<html><title>Access denied</title>"))
    with pytest.raises(ScopeMissing, match="Access denied"):
        write(connect(store), [new(each) for each in range(1, 500)])
    assert len(store.received) <= 120


def test_a_missing_scope_is_a_missing_scope(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(403, {"title": "You don't have a required scope to access the endpoint"}))
    with pytest.raises(ScopeMissing):
        write(connect(store), [new(each, each) for each in range(1, 50)])
    assert len(store.received) <= 3


# ---- reading


def row(metafield_id: int, **other: object) -> dict[str, object]:
    fields = {
        "resource_id": metafield_id,
        "namespace": "crm",
        "key": "k",
        "value": "v",
        "permission_set": "read",
    }
    return {"id": metafield_id, **fields, **other}


@pytest.mark.parametrize("bad", [{"value": None}, {"id": "x"}, {"namespace": 5}, {"resource_id": 2**70}])
def test_a_row_of_another_app_costs_no_other(
    bad: dict[str, object], connect: Connect, dictate: Dictate
) -> None:
    meta = {"pagination": {"total": 3, "per_page": 250}}
    store = dictate(Answer(body={"data": [row(1), row(2, **bad), row(3)], "meta": meta}))
    (page,) = read_variant_metafields(connect(store), "crm", "k")
    assert [each.id for each in page] == [1, 3]


@pytest.mark.parametrize("rows", [[row(1), row(2, value=None)], [row(2, value=None), row(1)]])
def test_a_page_that_holds_nothing_but_a_damaged_row_costs_no_other(
    rows: list[dict[str, object]], connect: Connect, dictate: Dictate
) -> None:
    answers = [
        Answer(body={"data": [each], "meta": {"pagination": {"total": 2, "per_page": 1, "current_page": at}}})
        for at, each in enumerate(rows, start=1)
    ]
    pages = read_variant_metafields(connect(dictate(*answers)), "crm", "k")
    assert [each.id for page in pages for each in page] == [1]


def test_rows_of_which_none_can_be_read_are_an_error(connect: Connect, dictate: Dictate) -> None:
    meta = {"pagination": {"total": 1, "per_page": 250}}
    store = dictate(Answer(body={"data": [row(1, value=None)], "meta": meta}))
    with pytest.raises(UnexpectedResponse, match="value at"):
        list(read_variant_metafields(connect(store), "crm", "k"))


@pytest.mark.parametrize("cap", [250, 7])
def test_every_field_is_read_where_pages_have_to_shrink_on_the_way(
    cap: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=100, variants=6)
    client = connect(sandbox)
    write(client, [new(each) for each in ids(sandbox)])
    sandbox.settings.page_cap = cap
    sandbox.faults.add("status", method="GET", path=r"limit=250(?!\d)", status=504, skip=1, times=None)
    pages = read_variant_metafields(client, "crm", "campaign_product")
    assert {each.variant_id for page in pages for each in page} == set(ids(sandbox))
