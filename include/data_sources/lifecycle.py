"""What can be done with a data source: activate, update, deactivate.

Airflow's metadata database and the CRM's are two: no transaction spans both. So every verb writes in an order
in which a crash in between leaves something that works or that the same verb, repeated, completes:

    activate     Connection, then the row, then the reparse (which comes by itself within 30 s anyway)
    deactivate   the row as draining, then the reparse, then the Connection, then the row as inactive

The Connection is written only under the row's lock, so that of two verbs at once the later one wins both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from include import airflow_metadata
from include.connections import open_crm
from include.crm import data_sources
from include.crm.data_sources import DataSource, NoDataSource
from include.data_sources.access_check import say_nothing, try_entered, try_saved
from include.data_sources.dag_registry import DAG_FILE, POOL, dag_id_of
from include.data_sources.settings import (
    Entered,
    SettingsRefused,
    check,
    read_store_hash,
)

WAIT_SECONDS = 1.0
POOL_SLOTS = 8


def make_pool() -> None:
    """Make the pool in which tasks talk to stores, if there is none."""
    airflow_metadata.add_pool(POOL, POOL_SLOTS, "Stores that are read or written at the same time.")


def activate(
    store_hash: str, changes: Mapping[str, Any], *, asking: Callable[[str], None] = say_nothing
) -> DataSource:
    """A new data source, or a deactivated one brought back under its ids, its campaign and its settings.

    `changes` holds fields of Entered; the others are as they were, or the defaults. The base URL and the
    token are kept in the Connection alone: while that is there, as it is until the last sync of a deactivated
    data source has ended, neither need be given again. `asking` is told the base URL before the store is
    asked. Raises SettingsRefused (the store's own no to the access token is in it), DatabaseError.
    """
    with open_crm() as crm:
        held = data_sources.get(crm, store_hash.strip())
        if held and held.state == "active":
            raise _refused(_already_there(held))
        entered = replace(as_entered(held) if held else Entered(store_hash), **changes)
        saved = airflow_metadata.saved_base_url(held.store_hash) if held else ""
        columns, problems = check(entered, data_sources.gateways(crm))
        if held and saved and not entered.access_token and entered.base_url in ("", saved):
            base_url, token = saved, ""
            store = try_saved(entered, held.store_name, problems)
        else:
            base_url, token, store = try_entered(
                replace(entered, base_url=entered.base_url or saved), problems, asking
            )
        if problems or store is None:
            raise SettingsRefused(problems)
        store_hash = str(columns["store_hash"])
        make_pool()
        data_source = data_sources.activate(crm, columns | {"store_name": store.name})
        if data_source is None:
            raise _refused(
                f"Somebody else activated store {store_hash} just now. Change its settings if they are "
                "not as you want them."
            )
        if token:
            airflow_metadata.save_store_connection(store_hash, base_url, token)
        crm.commit()
    airflow_metadata.request_reparse(DAG_FILE)
    return data_source


def update(
    store_hash: str, changes: Mapping[str, Any], *, asking: Callable[[str], None] = say_nothing
) -> DataSource:
    """Change settings of an active data source: `changes` holds fields of Entered, the others stay.

    `asking` is told the base URL before the store is asked, which a new token or base URL takes.
    Where it begins to send orders, the saved token is tried for that. Raises SettingsRefused,
    DatabaseError.
    """
    held = find(store_hash)
    store_hash = held.store_hash
    if held.state != "active":
        raise _refused(
            f"The data source of store {store_hash} is {held.state}. Activate it first, then change it."
        )
    entered = replace(as_entered(held), **changes)
    if entered.access_token and not entered.base_url:
        entered = replace(entered, base_url=airflow_metadata.saved_base_url(store_hash))
    with open_crm() as crm:
        columns, problems = check(entered, data_sources.gateways(crm))
        columns["store_name"] = held.store_name
        if entered.access_token or entered.base_url:
            # a token is never sent to a new address unless it is entered again
            base_url, token, store = try_entered(entered, problems, asking)
            if store:
                columns["store_name"] = store.name
        elif _begins_to_send(held, entered):
            try_saved(entered, held.store_name, problems)
        if problems:
            raise SettingsRefused(problems)
        data_source = data_sources.update(crm, columns)
        if data_source is None:
            raise _refused(
                f"Somebody else deactivated store {store_hash} just now. Activate it again if it is to go on."
            )
        if entered.access_token:
            airflow_metadata.save_store_connection(store_hash, base_url, token)
        crm.commit()
    airflow_metadata.request_reparse(DAG_FILE)
    return data_source


def deactivate(store_hash: str, *, wait: bool = False) -> DataSource:
    """Take a data source out of use: no scheduled runs from now on; runs under way come to their end.

    It is `inactive`, and its access token forgotten, when no run is queued or running: at once, or with
    `wait` after the last one; else it stays `draining` until the registry retires it after its last run.
    Raises SettingsRefused for an unknown store, DatabaseError.
    """
    store_hash = find(store_hash).store_hash
    with open_crm() as crm:
        data_sources.drain(crm, store_hash)
        crm.commit()
    airflow_metadata.request_reparse(DAG_FILE)
    while (data_source := _retire(store_hash)).state == "draining" and wait:
        time.sleep(WAIT_SECONDS)
    return data_source


def unsettled_orders(store_hash: str) -> int:
    """How many orders of a store were sent without a clear answer; they are looked up while it is active."""
    with open_crm() as crm:
        return data_sources.unsettled_orders(crm, store_hash)


def find(store_hash: str) -> DataSource:
    """The data source of a store, in whatever state. Raises SettingsRefused if there never was one."""
    try:
        store_hash = read_store_hash(store_hash.strip())
    except ValueError as problem:
        raise _refused(str(problem)) from None
    try:
        with open_crm() as crm:
            return data_sources.required(crm, store_hash)
    except NoDataSource as missing:
        raise _refused(str(missing)) from None


def _retire(store_hash: str) -> DataSource:
    dag_id = dag_id_of(store_hash)
    if not airflow_metadata.active_runs(dag_id).get(dag_id):
        with open_crm() as crm:
            data_sources.retire(crm, store_hash, dag_id)
            held = data_sources.lock(crm, store_hash)
            if held and held.state == "inactive":
                airflow_metadata.delete_store_connection(store_hash)
            crm.commit()
        airflow_metadata.request_reparse(DAG_FILE)
    return find(store_hash)


def _begins_to_send(held: DataSource, entered: Entered) -> bool:
    sends = held.send_initial_orders or held.send_rebill_orders
    return not sends and (entered.send_initial_orders or entered.send_rebill_orders)


def as_entered(held: DataSource) -> Entered:
    """The settings of a data source as a person would enter them; without the token and the base URL."""
    return Entered(
        store_hash=held.store_hash,
        biller_id=_text(held.biller_id),
        send_initial_orders=held.send_initial_orders,
        send_rebill_orders=held.send_rebill_orders,
        send_order_status=_text(held.send_order_status_id),
        order_lookup_delay=_text(held.order_lookup_delay_seconds),
        auto_sync=_text(held.auto_sync_minutes),
        custom_field_namespace=held.custom_field_namespace,
        custom_field_key=held.custom_field_key,
        custom_field_permission_set=held.custom_field_permission_set,
    )


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _refused(sentence: str) -> SettingsRefused:
    return SettingsRefused({"store_hash": sentence})


def _already_there(held: DataSource) -> str:
    return (
        f"Store {held.store_hash} ({held.store_name}) has a data source already, and a store can have one. "
        "Update that one, or deactivate it first."
    )
