"""How the stores of a run are spread over its tasks."""

from __future__ import annotations

import pytest

from include.tasks.run_stores import MOST_TASKS, in_tasks


def stores(number: int) -> list[dict[str, str]]:
    return [{"store_hash": f"store{each}", "store_name": f"Store {each}"} for each in range(number)]


def test_each_store_has_a_task_of_its_own_that_is_named_after_it() -> None:
    assert in_tasks(stores(2)) == [
        {"stores": [{"store_hash": "store0", "store_name": "Store 0"}], "name": "Store 0"},
        {"stores": [{"store_hash": "store1", "store_name": "Store 1"}], "name": "Store 1"},
    ]
    assert in_tasks([]) == []


@pytest.mark.parametrize("number", [100, 101, 1_500, 20_000])
def test_many_stores_share_tasks_and_each_is_in_one(number: int) -> None:
    tasks = in_tasks(stores(number))
    assert len(tasks) <= MOST_TASKS
    assert [store for task in tasks for store in task["stores"]] == stores(number)


def test_task_of_several_stores_is_named_after_the_first() -> None:
    assert [task["name"] for task in in_tasks(stores(201))[:2]] == [
        "Store 0 and 2 more",
        "Store 3 and 2 more",
    ]
