"""What Airflow asks the CRM while nothing is due: `python -m tools.bench.one_look`."""

from __future__ import annotations

import json
from collections.abc import Callable

from include.connections.crm import open_crm
from include.crm import change_hints
from include.crm.problems import find_problems
from include.monitoring.gauges import send_gauges
from include.order_push import stores
from include.order_push.run_request import PushRequest
from include.order_updates.steps import pushed_to
from include.store_changes.steps import due_stores
from include.tasks.run_stores import in_tasks
from tools.bench.meter import measured, own_cpu

MINUTES = 60
# Postgres's CPU is counted in hundredths of a second.
TIMES = 20


def main() -> None:
    """The mean of each look, after one that is not measured: connecting for the first time is start-up."""
    start_up_cpu = own_cpu()
    looks: dict[str, Callable[[], int]] = {
        "orders": _orders,
        "changes": lambda: len(due_stores()["stores"]),
        "updates": lambda: len(in_tasks(pushed_to()["stores"])),
        "monitoring": _monitoring,
        "trigger: orders": lambda: len(stores.stores_with_new_orders()["stores"]),
        "trigger: changes": _hints,
    }
    costs, found = {}, 0
    for name, look in looks.items():
        found += look()
        with measured() as cost:
            for _ in range(TIMES):
                look()
        costs[name] = {what: number / TIMES for what, number in cost.items()}
    print(json.dumps({"looks": costs, "found": found, "start_up_cpu": start_up_cpu}))


def _orders() -> int:
    return len(in_tasks(stores.due_stores(PushRequest())["stores"]))


def _hints() -> int:
    with open_crm() as crm:
        return len(change_hints.due_stores(crm))


def _monitoring() -> int:
    with open_crm() as crm:
        send_gauges(crm)
        return len(find_problems(crm, MINUTES))


if __name__ == "__main__":
    main()
