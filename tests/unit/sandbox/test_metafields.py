"""Variant metafields: the rules of batches, uniqueness, ownership and limits."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from include.sandbox import Catalogue, Refusal
from include.sandbox.catalogue.generator import generate
from tests.support.sandbox_client import BATCH, metafield
from tests.support.sandbox_visits import Visit


def small_catalogue() -> Catalogue:
    return Catalogue(generate(1, 5, 2))


def test_a_batch_that_succeeds_answers_200_with_what_was_written(visit: Visit) -> None:
    store = visit()
    response = store.send("POST", BATCH, json=[metafield(1001), metafield(1002, "1.2")])
    answer = response.json()
    assert response.status_code == 200
    assert [(each["resource_id"], each["value"]) for each in answer["data"]] == [(1001, "1.1"), (1002, "1.2")]
    assert answer["errors"] == []
    assert answer["meta"] == {"total": 2, "success": 2, "failed": 0}


def test_partial_success_is_422_with_what_was_written_and_the_failed_places(visit: Visit) -> None:
    store = visit()
    store.send("POST", BATCH, json=[metafield(1001)])
    items = [metafield(1001), metafield(1002), metafield(77), metafield(1002), metafield(1011, "")]
    response = store.send("POST", BATCH, json=items)
    answer = response.json()
    assert response.status_code == 422
    assert [each["resource_id"] for each in answer["data"]] == [1002]
    assert answer["meta"] == {"total": 5, "success": 1, "failed": 4}
    [error] = answer["errors"]
    assert error.keys() == {"status", "title", "type", "errors"}
    assert error["errors"].keys() == {"0", "2", "3", "4"}
    assert "already exists" in error["errors"]["0"]
    assert "not found" in error["errors"]["2"]
    assert "already exists" in error["errors"]["3"]


def test_updates_and_deletions_succeed_in_part_too(visit: Visit) -> None:
    store = visit()
    store.send("POST", BATCH, json=[metafield(1001), metafield(1002)])
    update = store.send(
        "PUT", BATCH, json=[{"id": 1, "value": "9.9"}, {"id": 44, "value": "x"}, {"value": "x"}]
    )
    assert (update.status_code, update.json()["meta"]["failed"]) == (422, 2)
    assert [each["value"] for each in update.json()["data"]] == ["9.9"]
    deletion = store.send("DELETE", BATCH, json=[2, 44])
    assert (deletion.status_code, deletion.json()["data"]) == (422, [2])
    assert [each["id"] for each in store.get(BATCH).json()["data"]] == [1]


@pytest.mark.parametrize("status", [413, 422])
def test_a_batch_that_is_too_large_is_refused_whole(visit: Visit, status: int) -> None:
    store = visit()
    store.sandbox.settings.largest_batch = 2
    store.sandbox.settings.too_large_status = status
    response = store.send("POST", BATCH, json=[metafield(each) for each in (1001, 1002, 1003)])
    assert response.status_code == status
    assert "data" not in response.json()
    assert len(store.sandbox.catalogue.metafields) == 0


@pytest.mark.parametrize("body", ['{"a": 1}', "[", ""])
def test_a_batch_that_is_no_json_list_is_refused(visit: Visit, body: str) -> None:
    assert visit().send("POST", BATCH, data=body).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"namespace": "n" * 65},
        {"key": ""},
        {"value": "v" * 65536},
        {"permission_set": "everyone"},
        {"resource_id": "1001"},
        {"resource_id": [1]},
    ],
)
def test_an_item_that_breaks_a_limit_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        small_catalogue().metafields.create({**metafield(1001), **change})
    assert refused.value.status == 422


def test_a_variant_has_at_most_250_metafields_of_one_client() -> None:
    metafields = small_catalogue().metafields
    for number in range(250):
        metafields.create(metafield(1001, key=f"k{number}"))
    with pytest.raises(Refusal, match="250"):
        metafields.create(metafield(1001, key="one more"))
    metafields.create(metafield(1001, key="one more"), client="another app")


def test_the_same_name_may_be_used_by_another_client_and_its_private_fields_stay_hidden() -> None:
    metafields = small_catalogue().metafields
    ours = metafields.create(metafield(1001))
    metafields.create(metafield(1001, permission_set="read"), client="another app")
    metafields.create(metafield(1002, permission_set="app_only"), client="another app")
    assert [each.resource_id for each in metafields.find({})] == [1001, 1001]
    assert metafields.find({}, 1002) == []
    assert ours in metafields.find({}, 1001)


def test_only_the_owner_may_rename_a_metafield_and_others_need_write_permission() -> None:
    metafields = small_catalogue().metafields
    readable = metafields.create(metafield(1001, permission_set="read"), client="another app")
    writable = metafields.create(metafield(1002, permission_set="write"), client="another app")
    for refused in (
        lambda: metafields.update(readable.id, {"value": "x"}),
        lambda: metafields.update(writable.id, {"namespace": "x"}),
        lambda: metafields.delete(writable.id),
    ):
        with pytest.raises(Refusal) as error:
            refused()
        assert error.value.status == 403
    assert metafields.update(writable.id, {"value": "x"}).value == "x"


def test_a_metafield_cannot_take_the_name_of_another() -> None:
    metafields = small_catalogue().metafields
    metafields.create(metafield(1001, key="a"))
    second = metafields.create(metafield(1001, key="b"))
    with pytest.raises(Refusal) as refused:
        metafields.update(second.id, {"key": "a"})
    assert refused.value.status == 409
    assert metafields.get(second.id).key == "b"


def test_the_list_is_filtered_by_namespace_and_key_and_paged(visit: Visit) -> None:
    store = visit(variants=3)
    create = store.sandbox.catalogue.metafields.create
    for variant_id in (1001, 1002, 1003):
        create(metafield(variant_id))
        create(metafield(variant_id, namespace="other"))
    ours = {"namespace": "crm", "key": "campaign_product", "limit": 2}
    first, last = store.get(BATCH, **ours).json(), store.get(BATCH, **ours, page=2).json()
    assert [each["id"] for each in first["data"] + last["data"]] == [1, 3, 5]
    assert "next" in first["meta"]["pagination"]["links"]
    assert "next" not in last["meta"]["pagination"]["links"]
    assert store.get(BATCH, **{"namespace:in": "other"}, include_fields="value").json()["data"][0] == {
        "id": 2,
        "value": "1.1",
    }
    assert store.get(BATCH, mood="good").status_code == 422


def test_metafields_are_deleted_with_their_variant_and_stay_deleted_when_it_is_recreated() -> None:
    catalogue = small_catalogue()
    first, second = catalogue.variants(101)
    for variant in (first, second):
        catalogue.metafields.create(metafield(variant.id))
    catalogue.remove_variant(second.id)
    assert len(catalogue.metafields) == 1
    catalogue.recreate_variants(101)
    assert len(catalogue.metafields) == 0


def test_one_of_many_concurrent_writers_wins() -> None:
    catalogue = small_catalogue()
    refused: list[int] = []

    def create() -> None:
        try:
            catalogue.metafields.create(metafield(1001))
        except Refusal as refusal:
            refused.append(refusal.status)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(catalogue.metafields), refused) == (1, [409] * 7)


def test_metafields_in_a_file_survive_a_restart(tmp_path: Path) -> None:
    first = small_catalogue().metafields
    first.keep_in(tmp_path / "metafields.jsonl")
    kept, gone = first.create(metafield(1001)), first.create(metafield(1002))
    kept = first.update(kept.id, {"value": "2.2"})
    first.delete(gone.id)
    second = small_catalogue().metafields
    second.keep_in(tmp_path / "metafields.jsonl")
    assert second.find({}) == [kept]
    assert second.create(metafield(1002)).id > gone.id
