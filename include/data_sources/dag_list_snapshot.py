"""The stores that had a DAG at the last parse, in a file: dag_registry.py falls back on it.

Whatever the file contains, reading it never raises: entries that no DAG can be created from are skipped.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from include.crm.store_hashes import read_store_hash
from include.data_sources.setting_readers import LEAST_AUTO_SYNC_MINUTES, MOST_AUTO_SYNC_MINUTES

# The path of the snapshot; set it to a place that persists where AIRFLOW_HOME does not.
SNAPSHOT_SETTING = "BIGCOMMERCE_REGISTRY_SNAPSHOT"
# Airflow keeps at most 2,000 characters of a DAG's name, and nobody reads more than these.
LONGEST_NAME = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RegisteredStore:
    """What a DAG is created from. Nothing volatile: a change here is a new version of the DAG."""

    store_hash: str
    store_name: str
    auto_sync_minutes: int | None
    is_draining: bool


def snapshot_path() -> Path:
    """Where the snapshot is."""
    home = Path(os.environ.get("AIRFLOW_HOME", "~/airflow")).expanduser()
    return Path(os.environ.get(SNAPSHOT_SETTING) or home / "data_sources.json")


def registered_store(
    store_hash: object, store_name: object, auto_sync_minutes: object, is_draining: object
) -> RegisteredStore:
    """A store with values that a DAG can be created from. Raises ValueError if the store hash is none."""
    hash_text = read_store_hash(store_hash if isinstance(store_hash, str) else "")
    name = "".join(each for each in str(store_name or "")[: 2 * LONGEST_NAME] if each.isprintable()).strip()
    minutes = auto_sync_minutes if type(auto_sync_minutes) is int else None
    if minutes is not None and not LEAST_AUTO_SYNC_MINUTES <= minutes <= MOST_AUTO_SYNC_MINUTES:
        minutes = None
    return RegisteredStore(hash_text, name[:LONGEST_NAME] or hash_text, minutes, bool(is_draining))


def by_hash(store: RegisteredStore) -> str:
    """The order of the stores, in the file and in Airflow."""
    return store.store_hash


def read_snapshot() -> list[RegisteredStore]:
    """The stores of the last parse, by store hash; entries that no DAG can be created from are skipped."""
    try:
        entries = json.loads(snapshot_path().read_text(encoding="utf-8"))
        stores: dict[str, RegisteredStore] = {}
        for entry in entries:
            try:
                store = registered_store(**entry)
            except (TypeError, ValueError) as problem:  # noqa: PERF203 - the other entries count
                log.warning("Skipped an entry of the snapshot %s. %s", snapshot_path(), problem)
            else:
                stores[store.store_hash] = store
        return sorted(stores.values(), key=by_hash)
    except FileNotFoundError:
        return []
    except Exception as problem:  # noqa: BLE001 - the DAGs of the database stay, whatever the file contains
        log.warning("The snapshot cannot be read. %s", problem)
        return []


def write_snapshot(stores: list[RegisteredStore]) -> None:
    """Replace the file at once; one that cannot be written is logged."""
    path = snapshot_path()
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(json.dumps([asdict(store) for store in stores], indent=1), encoding="utf-8")
        unfinished.replace(path)
    except OSError as problem:
        log.warning("The snapshot %s cannot be written. %s", path, problem)
