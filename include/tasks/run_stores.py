"""Spreads stores over tasks, and runs a step for each store of a task.

If one of several stores fails, the others go on, and a retry repeats only the failed one. Each leaves its
sentence for the run's note, as a task with one store does.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from airflow.sdk import get_current_context

from include.errors import ActionableError, actionable
from include.tasks.lineage import Lineage
from include.tasks.run_step import SUMMARY, log_failure, measure, run_step, sentence_of

log = logging.getLogger(__name__)

# A task costs Airflow about a second, and a run with a thousand of them many minutes.
MOST_TASKS = 100
# A slow store keeps the others of its task waiting only if so many are slow.
STORES_AT_ONCE = 8
# The key under which Airflow keeps the sentences of finished stores between attempts. It keeps them also when
# somebody clears the task or a backfill repeats it. Then all stores are due again, and the higher
# `max_tries` makes another key.
DONE = "done of {max_tries}"

Store = dict[str, str]


def in_tasks(stores: Sequence[Store]) -> list[dict[str, Any]]:
    """The stores as arguments of mapped tasks, {stores, name}: one each, or several where there are many."""
    size = math.ceil(len(stores) / MOST_TASKS)
    chunks = [list(stores[first : first + size]) for first in range(0, len(stores), size or 1)]
    return [{"stores": chunk, "name": _name(chunk)} for chunk in chunks]


def run_stores(
    stores: Sequence[Store],
    step: Callable[[str], dict[str, Any]],
    *,
    doing: str,
    lineage: Callable[[str], Lineage] | None = None,
) -> None:
    """Run a step with the store hash of each of these {store_hash, store_name}.

    After all are done, raises what the step raised for a store; of several errors, one that is worth a retry
    if there is one.
    """
    if not stores:
        return
    if len(stores) == 1:
        [store] = stores
        emitted = lineage(store["store_hash"]) if lineage else None
        run_step(
            lambda: step(store["store_hash"]), doing=doing, store_name=store["store_name"], lineage=emitted
        )
        return
    context = get_current_context()
    kept: Any = context["task_state_store"]
    done_key = DONE.format(max_tries=context["ti"].max_tries)
    done: dict[str, str] = dict(kept.get(done_key) or {})
    failed: dict[str, ActionableError] = {}
    waiting = [store for store in stores if store["store_hash"] not in done]
    with ThreadPoolExecutor(STORES_AT_ONCE) as pool:
        outcomes = pool.map(partial(_outcome, step=step, doing=doing), waiting)
        for store, outcome in zip(waiting, outcomes, strict=True):
            if isinstance(outcome, ActionableError):
                failed[sentence_of(outcome, store["store_name"])] = outcome
                continue
            done[store["store_hash"]] = outcome["summary"]
            log.info("%s", outcome["summary"])
            kept.set(done_key, done)
            if lineage:
                lineage(store["store_hash"]).emit()
    context["ti"].xcom_push(SUMMARY, [*failed, *done.values()])
    error = max(failed.values(), key=lambda each: each.is_retried, default=None)
    measure(context["ti"].task_id, error.remedy if error else None)
    if error is not None:
        raise error


def _outcome(
    store: Store, *, step: Callable[[str], dict[str, Any]], doing: str
) -> dict[str, Any] | ActionableError:
    try:
        return step(store["store_hash"])
    except Exception as raised:
        error = actionable(raised, doing)
        log_failure(error, store["store_name"])
        if error.remedy == "investigate":
            log.exception("%s: %s failed.", store["store_name"], doing)
        return error


def _name(stores: Sequence[Store]) -> str:
    first = stores[0]["store_name"]
    return f"{first} and {len(stores) - 1:,} more" if len(stores) > 1 else first
