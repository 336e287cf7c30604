"""Variant metafields: what a batch's answer means for each of its items, and how batches are written."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import (
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    TokenRejected,
    UnexpectedResponse,
)
from include.bigcommerce.metafield_answers import OWNED_BY_ANOTHER, no_reason, refused_because
from include.bigcommerce.metafields import (
    LARGEST_BATCH,
    BatchOutcome,
    BatchSize,
    VariantMetafield,
    read_variant_metafields,
    write_variant_metafields,
)
from include.sandbox import Sandbox, Settings
from tests.support.dictated_store import Answer, DictatedStore
from tests.support.store_clients import Connect, Dictate, OpenSandbox


def new(variant_id: int, value: str = "1.1") -> VariantMetafield:
    return VariantMetafield(variant_id, "crm", "campaign_product", value, "read_and_sf_access")


def write(client: StoreClient, metafields: Iterable[VariantMetafield], batch_size: int = 10) -> BatchOutcome:
    """What became of all of them together."""
    together = BatchOutcome()
    for outcome in write_variant_metafields(client, metafields, BatchSize(batch_size)):
        together.written += outcome.written
        together.already_exists += outcome.already_exists
        together.gone += outcome.gone
        together.refused += outcome.refused
    return together


def written_before(
    error: type[Exception],
    client: StoreClient,
    metafields: Iterable[VariantMetafield],
    after_each: Callable[[], object] = lambda: None,
) -> list[VariantMetafield]:
    """The metafields reported as written before the error."""
    written: list[VariantMetafield] = []

    def consume() -> None:
        for outcome in write_variant_metafields(client, metafields, BatchSize(10)):
            written.extend(outcome.written)
            after_each()

    with pytest.raises(error):
        consume()
    return written


def variant_ids(sandbox: Sandbox) -> list[int]:
    return [variant.id for variant in sandbox.catalogue.all_variants()]


def sizes(store: DictatedStore | Sandbox) -> list[int]:
    requests = store.received if isinstance(store, DictatedStore) else store.requests
    return [len(json.loads(request.body)) for request in requests if request.method in ("POST", "PUT")]


def answer_to(ids: dict[int, int], messages: dict[int, str], status: int = 422) -> Answer:
    """`ids` by variant that was written, `messages` by index that was not."""
    data = [
        {"id": metafield_id, "resource_id": variant_id, "namespace": "crm", "key": "campaign_product"}
        for variant_id, metafield_id in ids.items()
    ]
    error = {
        "status": 422,
        "title": "Bulk operation has failed",
        "errors": {str(k): v for k, v in messages.items()},
    }
    return Answer(status, {"data": data, "errors": [error], "meta": {}})


# ---- against the sandbox


def test_new_fields_are_created_and_known_ones_changed_with_the_least_requests(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=10, variants=3)
    client, ids = connect(sandbox), variant_ids(sandbox)
    first = write(client, [new(each) for each in ids])
    assert sorted(each.variant_id for each in first.written) == ids
    assert len(sandbox.requests) == 3
    changed = [
        VariantMetafield(one.variant_id, "crm", "campaign_product", "2.2", "read", one.id)
        for one in first.written
    ]
    assert sorted(write(client, changed).written, key=hash) == sorted(changed, key=hash)
    assert len(sandbox.requests) == 6
    stored = [each for page in read_variant_metafields(client, "crm", "campaign_product") for each in page]
    assert sorted(stored, key=hash) == sorted(changed, key=hash)


def test_fields_of_other_names_are_not_read(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox()
    client, ids = connect(sandbox), variant_ids(sandbox)
    write(client, [new(ids[0]), VariantMetafield(ids[0], "other", "key", "x", "read")])
    (page,) = read_variant_metafields(client, "crm", "campaign_product")
    assert [each.namespace for each in page] == ["crm"]


def test_fields_are_read_whatever_page_size_the_store_chooses(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=10, variants=3, settings=Settings(page_cap=7))
    client = connect(sandbox)
    write(client, [new(each) for each in variant_ids(sandbox)])
    pages = list(read_variant_metafields(client, "crm", "campaign_product"))
    assert [len(page) for page in pages] == [7, 7, 7, 7, 2]


def test_existing_missing_and_refused_metafields_are_sorted(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox()
    client, ids = connect(sandbox), variant_ids(sandbox)
    foreign = sandbox.catalogue.metafields.create(
        {"resource_id": ids[1], "namespace": "a", "key": "b", "value": "c", "permission_set": "read"},
        "other app",
    )
    write(client, [new(ids[0])])
    there, nowhere = new(ids[0]), new(99)
    lost = replace(new(ids[2]), id=999)
    not_ours = replace(new(ids[1]), id=foreign.id)
    outcome = write(client, [there, nowhere, lost, not_ours, new(ids[3])])
    assert outcome.already_exists == [there]
    assert sorted(outcome.gone, key=hash) == sorted([nowhere, lost], key=hash)
    assert outcome.refused == [(not_ours, OWNED_BY_ANOTHER)]
    assert [each.variant_id for each in outcome.written] == [ids[3]]


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize(("largest", "tried"), [(50, []), (30, [50]), (10, [50, 25]), (1, [50, 25, 9, 5, 2])])
def test_a_batch_too_large_is_found_out_once_whatever_the_store_says(
    largest: int, tried: list[int], status: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(
        products=30, variants=5, settings=Settings(largest_batch=largest, too_large_status=status)
    )
    size = BatchSize()
    fields = [new(each) for each in variant_ids(sandbox)]
    outcomes = list(write_variant_metafields(connect(sandbox), fields, size))
    assert sum(len(outcome.written) for outcome in outcomes) == 150
    assert not any(outcome.refused or outcome.gone for outcome in outcomes)
    assert [each for each in sizes(sandbox) if each > largest] == tried
    assert size.remembered == size.current
    sandbox.forget_requests()
    written = [metafield for outcome in outcomes for metafield in outcome.written]
    list(write_variant_metafields(connect(sandbox), written, BatchSize(size.remembered)))
    assert set(sizes(sandbox)) == {size.remembered}


def test_a_bad_field_in_the_first_batch_is_not_taken_for_a_batch_that_is_too_large(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=30, variants=5)
    ids, size = variant_ids(sandbox), BatchSize()
    sandbox.faults.add("status", method="POST", path="metafields", item=ids[0], status=400, times=None)
    outcomes = list(write_variant_metafields(connect(sandbox), [new(each) for each in ids], size))
    assert [each.variant_id for outcome in outcomes for each, _ in outcome.refused] == [ids[0]]
    assert size.remembered == size.current == LARGEST_BATCH


def test_a_bad_field_does_not_hide_that_batches_are_too_large(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    settings = Settings(largest_batch=10, too_large_status=400, whole_batch_statuses=(404,))
    sandbox = open_sandbox(products=30, variants=5, settings=settings)
    size = BatchSize()
    fields = [new(99_999), *(new(each) for each in variant_ids(sandbox))]
    outcomes = list(write_variant_metafields(connect(sandbox), fields, size))
    assert [each.variant_id for outcome in outcomes for each in outcome.gone] == [99_999]
    assert sum(len(outcome.written) for outcome in outcomes) == 150
    assert size.remembered == 10
    assert len([each for each in sizes(sandbox) if each > 10]) <= 4


def test_a_store_that_fails_on_large_batches_may_be_busy_so_that_is_not_remembered(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=10, variants=5)
    sandbox.faults.add("status", method="POST", path="metafields", status=504, times=6)
    size = BatchSize()
    write_all = write_variant_metafields(connect(sandbox), [new(each) for each in variant_ids(sandbox)], size)
    assert sum(len(outcome.written) for outcome in write_all) == 50
    assert (size.current, size.remembered) == (25, LARGEST_BATCH)


def test_a_store_that_takes_a_part_of_each_batch_and_is_silent_about_the_rest_gets_all(
    connect: Connect, dictate: Dictate
) -> None:
    parts = [
        answer_to({number: number + 100 for number in range(n, n + 3)}, {}, 200)
        for n in (1, 4, 7, 10, 13, 16)
    ]
    outcome = write(connect(dictate(*parts)), [new(each) for each in range(1, 19)], batch_size=50)
    assert len(outcome.written) == 18
    assert outcome.refused == []


def test_a_lost_answer_comes_back_as_already_exists(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox()
    sandbox.faults.add("reset_after_write", method="POST")
    outcome = write(connect(sandbox), [new(each) for each in variant_ids(sandbox)[:5]])
    assert len(outcome.already_exists) == 5
    assert len(sandbox.catalogue.metafields) == 5


def test_batches_are_written_side_by_side(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=30, variants=2, settings=Settings(latency_seconds=0.05))
    write(connect(sandbox), [new(each) for each in variant_ids(sandbox)])
    assert sandbox.most_in_flight == 3


def test_metafields_are_taken_only_as_fast_as_they_are_written(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=50, variants=2)
    taken = 0

    def endless() -> Iterator[VariantMetafield]:
        nonlocal taken
        for variant_id in itertools.chain(variant_ids(sandbox) * 50, itertools.count(10**6)):
            taken += 1
            yield new(variant_id)

    outcomes = write_variant_metafields(connect(sandbox), endless(), BatchSize(10))
    next(outcomes)
    assert taken == 5_000, "so many are spread over the batches"
    outcomes.close()
    assert len(sandbox.requests) <= 3


@pytest.mark.parametrize(("status", "error"), [(500, StoreUnavailable), (423, RequestRefused)])
def test_metafields_of_other_batches_are_reported_before_the_error(
    status: int, error: type[Exception], connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=50, variants=2)
    sandbox.faults.add("status", status=status, method="POST", skip=4, times=None)
    written = written_before(error, connect(sandbox), [new(each) for each in variant_ids(sandbox)])
    assert len(written) == len(sandbox.catalogue.metafields) == 40


@pytest.mark.parametrize("requests_in_flight", [1, 3])
def test_failed_batch_starts_no_other(
    requests_in_flight: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=50, variants=2)
    sandbox.faults.add("status", status=423, method="POST", skip=2)
    metafields = [new(each) for each in variant_ids(sandbox)]
    client = connect(sandbox, requests_in_flight=requests_in_flight)
    written = written_before(RequestRefused, client, metafields)
    assert len(written) == len(sandbox.catalogue.metafields)
    if requests_in_flight == 1:  # with more, others may start until the failed answer is read
        assert len(sandbox.requests) == 3


def test_the_written_half_of_a_batch_is_reported_before_the_error_of_the_other(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(settings=Settings(largest_batch=5))
    sandbox.faults.add("status", status=423, skip=2)
    metafields = [new(each) for each in variant_ids(sandbox)[:10]]
    written = written_before(RequestRefused, connect(sandbox), metafields)
    assert len(written) == len(sandbox.catalogue.metafields) == 5


def test_a_token_revoked_half_way_is_one_error_and_no_further_requests(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=50, variants=2)
    metafields = [new(each) for each in variant_ids(sandbox)]
    written = written_before(
        TokenRejected, connect(sandbox), metafields, after_each=sandbox.access.revoke_token
    )
    assert len(written) == len(sandbox.catalogue.metafields) > 0
    assert [request.status for request in sandbox.requests].count(401) <= 3
    assert len(sandbox.requests) <= 7


def test_writing_needs_the_products_scope(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(scopes=["store_v2_products_read_only"])
    with pytest.raises(ScopeMissing) as caught:
        write(connect(sandbox), [new(each) for each in variant_ids(sandbox)])
    assert caught.value.scope == "store_v2_products"
    assert len(sandbox.requests) <= 3


# ---- word for word


def test_only_what_failed_in_passing_is_sent_again(connect: Connect, dictate: Dictate) -> None:
    store = dictate(
        answer_to({1: 101}, {1: "Too many simultaneous requests", 2: "Unauthorized", 3: "Internal error"}),
        answer_to({2: 102, 4: 104}, {}, status=200),
    )
    outcome = write(connect(store), [new(1), new(2), new(3), new(4)])
    assert {(each.variant_id, each.id) for each in outcome.written} == {(1, 101), (2, 102), (4, 104)}
    assert outcome.refused == [(new(3), "Unauthorized. Fix this in BigCommerce, then sync again.")]
    assert [item["resource_id"] for item in json.loads(store.received[1].body)] == [2, 4]


def test_what_the_answer_does_not_mention_is_sent_again_and_in_the_end_given_up(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(answer_to({1: 101}, {}, status=200))
    outcome = write(connect(store), [new(1), new(2)])
    assert [each.variant_id for each in outcome.written] == [1]
    assert outcome.refused == [(new(2), no_reason())]
    assert sizes(store) == [2, 1, 1, 1, 1]


def test_ids_written_as_text_in_an_answer_are_ids(connect: Connect, dictate: Dictate) -> None:
    written = {"id": "101", "resource_id": "1", "namespace": "crm", "key": "campaign_product"}
    outcome = write(connect(dictate(Answer(200, {"data": [written]}))), [new(1)])
    assert outcome.written == [replace(new(1), id=101)]


@pytest.mark.parametrize("odd", [None, {}, {"id": 0, "resource_id": 2}, {"id": 102, "namespace": None}])
def test_item_of_an_answer_that_cannot_be_read_is_asked_again_and_costs_no_other(
    connect: Connect, dictate: Dictate, odd: object
) -> None:
    written = {"id": 101, "resource_id": 1, "namespace": "crm", "key": "campaign_product"}
    store = dictate(Answer(200, {"data": [odd, written]}), answer_to({}, {0: "Already exists"}))
    outcome = write(connect(store), [new(1), new(2)])
    assert (outcome.written, outcome.already_exists) == ([replace(new(1), id=101)], [new(2)])


@pytest.mark.parametrize("data", [{}, []])
def test_empty_list_may_be_an_empty_object(connect: Connect, dictate: Dictate, data: object) -> None:
    store = dictate(Answer(422, {"data": data, "errors": [{"errors": {"0": "Variant not found"}}]}))
    assert write(connect(store), [new(1)]).gone == [new(1)]


def test_numbered_list_may_be_an_object(connect: Connect, dictate: Dictate) -> None:
    written = {"id": 101, "resource_id": 1, "namespace": "crm", "key": "campaign_product"}
    outcome = write(connect(dictate(Answer(200, {"data": {"0": written}}))), [new(1)])
    assert outcome.written == [replace(new(1), id=101)]


def test_batch_answered_without_a_body_is_sent_again(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(204, b""), answer_to({}, {0: "Already exists", 1: "Already exists"}))
    assert write(connect(store), [new(1), new(2)]).already_exists == [new(1), new(2)]


def test_nested_reason_is_put_into_words(connect: Connect, dictate: Dictate) -> None:
    nested = Answer(422, {"errors": [{"errors": {"0": {"value": ["is too long", "is odd"]}}}]})
    assert write(connect(dictate(nested)), [new(1)]).refused == [
        (new(1), refused_because("value: is too long; is odd"))
    ]


def test_indexes_that_count_from_one_confuse_no_one(connect: Connect, dictate: Dictate) -> None:
    store = dictate(answer_to({1: 101}, {2: "Not found"}), answer_to({}, {1: "Not found"}))
    outcome = write(connect(store), [new(1), new(2)])
    assert [each.id for each in outcome.written] == [101]
    assert outcome.gone == [new(2)]


def test_the_item_that_fails_a_whole_batch_is_found(connect: Connect, dictate: Dictate) -> None:
    spoiled = Answer(422, {"status": 422, "title": "Variant 2 was not found"})
    store = dictate(
        spoiled, answer_to({1: 101, 3: 103}, {}, 200), spoiled, spoiled, answer_to({4: 104}, {}, 200)
    )
    outcome = write(connect(store), [new(1), new(2), new(3), new(4)], batch_size=4)
    assert outcome.gone == [new(2)]
    assert {each.id for each in outcome.written} == {101, 103, 104}
    assert sizes(store) == [4, 2, 2, 1, 1]


def test_a_single_field_too_large_is_refused(connect: Connect, dictate: Dictate) -> None:
    outcome = write(connect(dictate(Answer(413, b"<title>Too large</title>"))), [new(1)])
    assert outcome.refused == [(new(1), refused_because("Too large"))]


def test_a_success_that_breaks_the_contract_names_the_place(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(200, {"data": [{"id": "x"}]}))
    with pytest.raises(
        UnexpectedResponse, match=r"POST .* id at \$.data\[0\].id is text, not a whole number"
    ):
        write(connect(store), [new(1)])


def test_a_store_that_gives_the_same_page_for_ever_is_found_out(connect: Connect, dictate: Dictate) -> None:
    one = {"id": 1, "resource_id": 2, "namespace": "crm", "key": "k", "value": "v", "permission_set": "read"}
    meta = {"pagination": {"total": 9, "per_page": 1, "current_page": 1, "total_pages": 9}}
    pages = read_variant_metafields(connect(dictate(Answer(body={"data": [one], "meta": meta}))), "crm", "k")
    next(pages)
    with pytest.raises(UnexpectedResponse, match="page 2 is the one before it again"):
        next(pages)


def test_value_that_postgres_could_not_store_is_another_value(connect: Connect, dictate: Dictate) -> None:
    name = {"namespace": "crm", "key": "campaign_product"}
    row = {"id": 1, "resource_id": 2, **name, "value": "1.1\0" + "x" * 60_000, "permission_set": "\0"}
    meta = {"pagination": {"total": 1, "per_page": 250}}
    store = dictate(Answer(body={"data": [row], "meta": meta}))
    [[found]] = read_variant_metafields(connect(store), "crm", "campaign_product")
    assert "\0" not in found.value + found.permission_set
    assert len(found.value) <= 300


def test_store_that_goes_round_in_circles_is_found_out(connect: Connect, dictate: Dictate) -> None:
    name = {"namespace": "crm", "key": "k", "value": "v", "permission_set": "read"}
    meta = {"pagination": {"total": 500, "per_page": 250, "total_pages": 9}}
    pages = [
        Answer(body={"data": [{"id": each, "resource_id": each, **name} for each in ids], "meta": meta})
        for ids in (range(1, 251), range(251, 501))
    ]
    with pytest.raises(UnexpectedResponse, match="far more rows than"):
        list(read_variant_metafields(connect(dictate(*pages * 10)), "crm", "k"))
