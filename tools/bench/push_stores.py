"""All due orders of all stores, as Airflow's tasks push them: `… push_stores DAG SLOTS`.

The DAG is `schedule` (dags/order_push.py: one task finds the stores, and as many tasks as the pool has slots
push at the same time) or `at-once` (dags/order_push_now.py: one task for all). Each task is a process of its
own, forked from one that has imported what Airflow's executor has; what the task itself imports is measured.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import airflow.executors.local_executor
import airflow.sdk.execution_time.task_runner  # noqa: F401

from tools.bench.meter import measured

Store = dict[str, str]


def main() -> None:
    """Measure the tasks of one DAG run."""
    dag, slots = sys.argv[1:]
    forking = multiprocessing.get_context("fork")
    # each task ends its process
    with measured() as total, forking.Pool(int(slots), maxtasksperchild=1) as pool:
        if dag == "schedule":
            found = pool.apply(_find_stores)
            pushed = pool.map(_push, [task["stores"] for task in found], chunksize=1)
            tasks = 1 + len(found)
        else:
            pushed, tasks = [pool.apply(_push_now)], 1
        pool.close()
        pool.join()
    print(json.dumps({"total": total, "tasks": tasks, "stores": sum(pushed)}))


def _find_stores() -> list[dict[str, Any]]:
    from include.order_push.run_request import PushRequest
    from include.order_push.stores import due_stores
    from include.tasks.run_stores import in_tasks

    return in_tasks(due_stores(PushRequest())["stores"])


def _push(stores: list[Store]) -> int:
    from include.order_push.run_request import PushRequest
    from include.order_refunds import steps

    return _each(stores, lambda store_hash: steps.push_and_follow(store_hash, PushRequest()))


def _push_now() -> int:
    from include.order_push import steps
    from include.order_push.run_request import PushRequest
    from include.order_push.stores import stores_with_new_orders
    from include.order_push.time_limits import AT_ONCE

    stores = stores_with_new_orders()["stores"]
    return _each(stores, lambda store_hash: steps.push(store_hash, PushRequest(), AT_ONCE))


def _each(stores: list[Store], push: Callable[[str], object]) -> int:
    """As include/tasks/run_stores.py does it, but without Airflow's context; how many stores there were."""
    from include.tasks.run_stores import STORES_AT_ONCE

    with ThreadPoolExecutor(STORES_AT_ONCE) as pool:
        return len(list(pool.map(push, [store["store_hash"] for store in stores])))


if __name__ == "__main__":
    main()
