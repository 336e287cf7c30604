"""What a scheduled push and the triggerer ask when nothing is due: `python -m tools.bench.one_look`."""

from __future__ import annotations

import json

from include.order_push.run_request import PushRequest
from include.order_push.stores import due_stores, in_tasks, stores_with_new_orders
from tools.bench.meter import measured


def main() -> None:
    """Both once before they are measured: connecting for the first time is start-up."""
    due_stores(PushRequest())
    with measured() as schedule:
        due = due_stores(PushRequest())
    with measured() as event:
        new = stores_with_new_orders()
    tasks = len(in_tasks(due["stores"])) + len(new["stores"])
    print(json.dumps({"schedule": schedule, "event": event, "tasks": tasks}))


if __name__ == "__main__":
    main()
