"""Spreads stores over tasks, and runs a step for each store of a task.

If one of several stores fails, the others go on, and a retry repeats only the failed one. Each leaves its
sentence for the run's note, as a task with one store does.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
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
# How often a task looks for further stores while some are busy, and for how long: it has to end in time.
LOOKS_EVERY_SECONDS = 1.0
LOOKS_FOR_SECONDS = 600.0
# A store that was worked on rests for so long. One that failed has its next turn in another run.
REST_SECONDS = 5.0
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
    more: Callable[[], Sequence[Store]] | None = None,
) -> None:
    """Run a step with the store hash of each of these {store_hash, store_name}.

    `more` finds stores that have something to do by now. It is asked while others are still busy, so that
    none waits for the end of a slow one. After all are done, raises what the step raised for a store; of
    several errors, one that is worth a retry if there is one.
    """
    if not stores:
        return
    if len(stores) == 1 and more is None:
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
    for store, outcome in _outcomes(waiting, partial(_outcome, step=step, doing=doing), more):
        store_hash = store["store_hash"]
        if isinstance(outcome, ActionableError):
            failed[sentence_of(outcome, store["store_name"])] = outcome
            continue
        done[store_hash] = ". ".join(filter(None, [done.get(store_hash), outcome["summary"]]))
        log.info("%s", outcome["summary"])
        kept.set(done_key, done)
        if lineage:
            lineage(store_hash).emit()
    in_order = dict.fromkeys([*(store["store_hash"] for store in stores), *done])
    context["ti"].xcom_push(SUMMARY, [*failed, *(done[each] for each in in_order if each in done)])
    error = max(failed.values(), key=lambda each: each.is_retried, default=None)
    measure(context["ti"].task_id, error.remedy if error else None)
    if error is not None:
        raise error


def _outcomes(
    stores: Sequence[Store],
    work_on: Callable[[Store], dict[str, Any] | ActionableError],
    more: Callable[[], Sequence[Store]] | None,
) -> Iterator[tuple[Store, dict[str, Any] | ActionableError]]:
    """Each store with its outcome, as they end."""
    now = time.monotonic
    looks_at = now() + LOOKS_EVERY_SECONDS if more else math.inf
    looks_until = now() + LOOKS_FOR_SECONDS
    rests_until: dict[str, float] = {}
    with ThreadPoolExecutor(STORES_AT_ONCE) as pool:
        running = {pool.submit(work_on, store): store for store in stores}
        while running:
            pause = max(0.0, looks_at - now()) if looks_at < looks_until else None
            ended, _ = wait(running, pause, FIRST_COMPLETED)
            for future in ended:
                store, outcome = running.pop(future), future.result()
                rests = math.inf if isinstance(outcome, ActionableError) else REST_SECONDS
                rests_until[store["store_hash"]] = now() + rests
                yield store, outcome
            if more and running and looks_at <= now() < looks_until:
                looks_at = now() + LOOKS_EVERY_SECONDS
                busy = {store["store_hash"] for store in running.values()}
                for store in _found(more):
                    if store["store_hash"] not in busy and rests_until.get(store["store_hash"], 0) <= now():
                        running[pool.submit(work_on, store)] = store


def _found(more: Callable[[], Sequence[Store]]) -> Sequence[Store]:
    """Empty if they cannot be found: the busy stores are not at fault, and the next run finds the others."""
    try:
        return more()
    except Exception as error:  # noqa: BLE001
        log.warning("%s", actionable(error, "looking for further stores"))
        return []


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
