"""Activates, updates and deactivates data sources.

No transaction spans both Airflow's metadata database and the CRM's database. So each function writes in an
order in which a crash leaves something that works, or that the same function completes when it is repeated:

    activate     Connection, then the row, then the reparse (which would happen within 30 s anyway)
    deactivate   the row as draining, a mark on the Connection (plugins/token_cleanup.py), the reparse; if
                 no run is active, the row as inactive, and the Connection is deleted

The script of the checkout redirect and the webhooks come last, but are removed while their token is still
there. What goes wrong with them is recorded (include/checkout/steps.py, include/store_hooks/steps.py) and
stops none of them.

The Connection is written only while the row is locked: of two calls at once, the later one wins in both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from include import airflow_metadata
from include.checkout import steps as checkout
from include.crm import change_pauses, data_sources, sync_runs
from include.crm.data_sources import DataSource, NoDataSource
from include.crm.database import Connection
from include.dag_ids import dag_id_of
from include.data_sources.access_check import Access, check_entered, check_saved, ignore_address
from include.data_sources.dag_registry import DAG_FILE
from include.data_sources.errors import SettingsRefused
from include.data_sources.pools import make_pools
from include.data_sources.saved_settings import as_entered, refuse_if_changed
from include.data_sources.settings import SettingsInput
from include.data_sources.settings_check import check, read_setting
from include.store_hooks import steps as store_hooks

WAIT_SECONDS = 1.0


def activate(
    crm: Connection,
    store_hash: str,
    changes: Mapping[str, Any],
    *,
    on_contact: Callable[[str], None] = ignore_address,
) -> DataSource:
    """A new data source, or a deactivated one restored with its ids, its campaign and its settings.

    `changes` holds fields of SettingsInput; others keep their values, or get the defaults. The base URL
    and the token are kept only in the Connection. While that exists, which is until the last sync of a
    deactivated data source has finished, neither has to be entered again. `on_contact` is called with the
    base URL before the store is contacted. Raises SettingsRefused, also if the store refuses the
    access token, and the errors of both databases.
    """
    held = _find(crm, store_hash)
    if held and held.state == "active":
        raise _refused(_already_active(held))
    entered = replace(as_entered(held) if held else SettingsInput(store_hash), **changes)
    saved = airflow_metadata.saved_base_url(held.store_hash) if held else ""
    columns, problems = check(entered, data_sources.gateways(crm))
    access, store = None, None
    if held and saved and not entered.access_token and entered.base_url in ("", saved):
        store = check_saved(entered, held.store_name, problems)
    else:
        access = check_entered(replace(entered, base_url=entered.base_url or saved), problems, on_contact)
        store = access.store if access else None
    if problems or store is None:
        raise SettingsRefused(problems)
    store_hash = str(columns["store_hash"])
    make_pools()
    data_source = data_sources.activate(crm, columns | {"store_name": store.name})
    if data_source is None:
        raise _refused(
            f"Somebody else activated store {store_hash} a moment ago. Check its settings, and change them "
            "if needed."
        )
    if access:
        airflow_metadata.save_store_connection(store_hash, access.base_url, access.token)
        sync_runs.offer_again(crm, data_source.data_source_id)
    elif not airflow_metadata.keep_store_connection(store_hash):
        raise SettingsRefused({"access_token": "The access token was just deleted. Enter it again."})
    _commit_and_follow(crm, data_source, has_new_token=access is not None)
    return data_source


def update(
    crm: Connection,
    held: DataSource,
    changes: Mapping[str, Any],
    *,
    version: str = "",
    on_contact: Callable[[str], None] = ignore_address,
) -> DataSource:
    """Change settings of an active data source: `changes` holds fields of SettingsInput, the others stay.

    `version` is that of the settings which the person has seen; if somebody has changed them since, it raises
    SettingsChangedMeanwhile.

    A new token or base URL is checked with the store first; `on_contact` is called with the base URL before
    that. If the data source starts to write orders, the saved token is checked for the scope. Raises
    SettingsRefused and the errors of both databases.
    """
    store_hash = held.store_hash
    if held.state != "active":
        raise _refused(
            f"The data source of store {store_hash} is {held.state_in_words}. Activate it before you change "
            "it."
        )
    entered = replace(as_entered(held), **changes)
    refuse_if_changed(held, entered, version)
    columns, access = _checked(crm, held, entered, on_contact)
    if access:
        store_hooks.leave_account(crm, held)
    current = data_sources.lock(crm, store_hash)  # the store may have taken long to answer
    if current is not None:
        refuse_if_changed(current, entered, version)
    data_source = data_sources.update(crm, columns)
    if data_source is None:
        raise _refused(
            f"Somebody else deactivated store {store_hash} a moment ago. Activate it again to change it."
        )
    if access:
        airflow_metadata.save_store_connection(store_hash, access.base_url, access.token)
        change_pauses.end(crm, data_source.data_source_id)
        sync_runs.offer_again(crm, data_source.data_source_id)
    _commit_and_follow(crm, data_source, has_new_token=access is not None)
    return data_source


def _checked(
    crm: Connection, held: DataSource, entered: SettingsInput, on_contact: Callable[[str], None]
) -> tuple[dict[str, object], Access | None]:
    """Changed settings as columns, and the access of a new token or base URL. Raises SettingsRefused."""
    if entered.access_token and not entered.base_url:
        entered = replace(entered, base_url=airflow_metadata.saved_base_url(held.store_hash))
    columns, problems = check(entered, data_sources.gateways(crm))
    columns["store_name"] = held.store_name
    access = None
    if entered.access_token or entered.base_url:
        # a token is never sent to a new address unless it is entered again
        access = check_entered(entered, problems, on_contact)
        if access:
            columns["store_name"] = access.store.name
    elif entered.writes_orders and not as_entered(held).writes_orders:
        check_saved(entered, held.store_name, problems)
    if problems:
        raise SettingsRefused(problems)
    return columns, access


def deactivate(crm: Connection, held: DataSource, *, wait: bool = False) -> DataSource:
    """Take a data source out of use: no scheduled runs from now on; runs under way are allowed to finish.

    It becomes `inactive`, and its access token is deleted, when no run is queued or running: at once, or with
    `wait` after the last run has finished. Otherwise it stays `draining` until then: the registry retires it,
    and plugins/token_cleanup.py deletes its token. Raises the errors of both databases.
    """
    data_sources.drain(crm, held.store_hash)
    airflow_metadata.forget_later(held.store_hash)
    _commit_and_follow(crm, data_sources.required(crm, held.store_hash))
    while (data_source := _retire(crm, held.store_hash)).state == "draining" and wait:
        time.sleep(WAIT_SECONDS)
    return data_source


def _commit_and_follow(crm: Connection, source: DataSource, *, has_new_token: bool = False) -> None:
    """Commit the settings; then Airflow parses the DAG again, and the script and the webhooks follow them."""
    crm.commit()
    airflow_metadata.request_reparse(DAG_FILE)
    checkout.follow_settings(crm, source)
    store_hooks.follow_settings(crm, source, has_new_token=has_new_token)


def find(crm: Connection, store_hash: str) -> DataSource:
    """The data source of a store, in any state. Raises SettingsRefused if the store never had one."""
    try:
        return data_sources.required(crm, read_setting("store_hash", store_hash))
    except (ValueError, NoDataSource) as problem:
        raise _refused(str(problem)) from None


def _find(crm: Connection, store_hash: str) -> DataSource | None:
    """None also for text that is not a store hash: the checks say so, together with all other problems."""
    try:
        return data_sources.get(crm, read_setting("store_hash", store_hash))
    except ValueError:
        return None


def _retire(crm: Connection, store_hash: str) -> DataSource:
    dag_id = dag_id_of(store_hash)
    has_runs = bool(airflow_metadata.active_runs(dag_id).get(dag_id))
    if not has_runs:
        data_sources.retire(crm, store_hash, dag_id)
        held = data_sources.lock(crm, store_hash)
        if held and held.state == "inactive":
            airflow_metadata.delete_store_connection(store_hash)
        crm.commit()
        airflow_metadata.request_reparse(DAG_FILE)
    data_source = data_sources.required(crm, store_hash)
    crm.commit()  # no transaction stays open while somebody waits for the last run
    return data_source


def _refused(sentence: str) -> SettingsRefused:
    return SettingsRefused({"store_hash": sentence})


def _already_active(held: DataSource) -> str:
    return (
        f"Store {held.store_hash} ({held.store_name}) already has a data source, and each store can have "
        "only one. Change that one, or deactivate it first."
    )
