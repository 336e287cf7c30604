"""People retry many orders at once, again and again, while workers push them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event

import psycopg

from include.order_push import decisions
from include.order_push.time_limits import AT_ONCE
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
PEOPLE = WORKERS = 2


def test_bulk_retry_while_workers_push_neither_doubles_nor_loses_an_order(shop: Shop, crm_url: str) -> None:
    store = shop()
    orders = [store.order(sales_tax=3, variant=number) for number in range(24)]
    store.push()
    assert set(store.states().values()) == {"rejected"}
    # half of them are fixed: the others are rejected again each time, and so retried while they are claimed
    fixed, wrong = orders[::2], orders[1::2]
    store.change("UPDATE crm.customer_order SET sales_tax = 0 WHERE order_id = ANY(%s)", fixed)
    start, pushed = Barrier(PEOPLE + WORKERS), Event()
    retried: list[int] = []

    def retry(person: str) -> None:
        with psycopg.connect(crm_url) as crm:
            start.wait()
            while not pushed.wait(0.02):
                retried.extend(decisions.retry(crm, orders, person=person).order_ids)
                crm.commit()

    def push() -> None:
        with psycopg.connect(crm_url) as crm:
            start.wait()
            # on a busy machine people may come to nothing meanwhile; go on until many orders came again
            while len(retried) < 3 * len(orders) and not pushed.is_set():
                store.worker(crm, limits=replace(AT_ONCE, sending=10)).run()

    with ThreadPoolExecutor() as threads:
        people = [threads.submit(retry, f"person {number}") for number in range(PEOPLE)]
        workers = [threads.submit(push) for _ in range(WORKERS)]
        try:
            for worker in workers:
                worker.result(timeout=180)
        finally:
            pushed.set()
        for person in people:
            person.result()
    store.push()
    assert store.in_store() == store.expected(fixed)
    assert store.states() == dict.fromkeys(fixed, "pushed") | dict.fromkeys(wrong, "rejected")
