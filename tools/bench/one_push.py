"""All orders that are due, pushed in a process of its own: `python -m tools.bench.one_push STORE_HASH`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from airflow.providers.http.hooks import http  # noqa: F401 - importing is start-up, and is not measured

from include.connections.crm import open_crm
from include.connections.store import open_store
from include.crm import data_sources, order_ledger, order_ledger_counts
from include.order_push.worker import Worker
from tools.bench.meter import measured, peak_memory


def main() -> None:
    """As include/order_push/steps.py does it, but with a look at the client's statistics."""
    with open_crm() as crm, open_store(sys.argv[1]) as client:
        source = data_sources.get(crm, sys.argv[1])
        assert source is not None
        with measured() as total:
            order_ledger.select_new(crm, source.data_source_id)
            crm.commit()
            worker = Worker(crm, client, source, store_currency="USD")
            worker.run()
        states = order_ledger_counts.counts(crm, source.data_source_id)
        crm.commit()
    result = {"total": total, "outcomes": worker.outcomes, "states": asdict(states)}
    usage = {"throttled": client.statistics.throttled, "peak_memory": peak_memory()}
    print(json.dumps({**result, **usage}))


if __name__ == "__main__":
    main()
