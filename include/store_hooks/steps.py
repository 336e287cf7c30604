"""Keeps the webhooks of each store as the settings of its data source say.

What a store answers is recorded in crm.store_hook. Nothing here ends a sync or the saving of settings: what
went wrong is recorded, shown, and retried after the next sync and by the daily check.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

from airflow.sdk.log import mask_secret

from include.bigcommerce.errors import BigCommerceError
from include.connections.crm import open_crm
from include.connections.lookup import ConnectionMissing, ConnectionUnavailable
from include.connections.store import open_store
from include.crm import data_sources, store_hooks
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.store_hooks import installation
from include.store_hooks.address import destination_of
from include.store_hooks.secret import digest_of, new_secret

log = logging.getLogger(__name__)


def follow_settings(crm: Connection, source: DataSource, *, has_new_token: bool = False) -> None:
    """Make or remove the hooks after settings were saved, if that changes anything about them.

    With a new token, and so perhaps another API account, they are made again, with a new secret. Commits;
    raises only errors of the CRM's database.
    """
    known = store_hooks.get(crm, source.data_source_id)
    if should_have_them(source):
        is_made = known and known.is_active and known.destination == destination_of(source.store_hash)
        if has_new_token or not is_made:
            _attempt(crm, source, _make)
    elif known:
        _attempt(crm, source, _remove)


def leave_account(crm: Connection, source: DataSource) -> None:
    """Remove the hooks before another token is saved: its API account may not see them.

    Otherwise they would go on calling us, with a secret that is no longer accepted. Commits; raises only
    errors of the CRM's database.
    """
    if store_hooks.get(crm, source.data_source_id):
        _attempt(crm, source, _remove)


def check(crm: Connection, source: DataSource) -> None:
    """Ask the store for the hooks: one request; make again what is missing, inactive or not as it should be.

    Commits; raises only errors of the CRM's database.
    """
    if should_have_them(source):
        _attempt(crm, source, _check)
    elif source.state != "inactive" and store_hooks.get(crm, source.data_source_id):
        _attempt(crm, source, _remove)


def check_all() -> dict[str, Any]:
    """The daily check of all stores that should have hooks, or that still have some: {summary, states}."""
    states: Counter[str] = Counter()
    with open_crm() as crm:
        for source in data_sources.list_all(crm):
            check(crm, source)
            known = store_hooks.get(crm, source.data_source_id)
            crm.commit()
            if known and source.state != "inactive":
                works = known.is_active and not known.problem
                states["active" if works else "not checked" if known.is_active else "not active"] += 1
    found = ", ".join(f"{number:,} {state}" for state, number in sorted(states.items()))
    return {"summary": f"Webhooks: {found}" if found else "No store has webhooks", "states": states}


def should_have_them(source: DataSource) -> bool:
    """Whether the settings ask for hooks, and BigCommerce can call this Airflow."""
    return source.state == "active" and source.changes_at_once and bool(destination_of(source.store_hash))


def _check(crm: Connection, source: DataSource) -> None:
    known = store_hooks.get(crm, source.data_source_id)
    destination = destination_of(source.store_hash)
    crm.commit()  # no transaction stays open while the store answers
    if known is None or not known.is_active or known.destination != destination:
        _make(crm, source)
        return
    with open_store(source.store_hash, for_a_person=True) as client:
        hooks = installation.find(client, destination, known.hook_ids)
    if installation.are_as_wanted(hooks, destination, known.secret_digest):
        store_hooks.note_check(crm, source.data_source_id)
        crm.commit()
    else:
        _make(crm, source)


def _make(crm: Connection, source: DataSource) -> None:
    known = store_hooks.get(crm, source.data_source_id)
    destination, secret = destination_of(source.store_hash), new_secret()
    mask_secret(secret)
    digest = digest_of(secret)
    store_hooks.begin(crm, source.data_source_id, destination, digest)
    crm.commit()

    def note(hook_ids: list[int]) -> None:
        store_hooks.note_hook_ids(crm, source.data_source_id, hook_ids)
        crm.commit()

    with open_store(source.store_hash, for_a_person=True) as client:
        found = installation.find(client, destination, known.hook_ids if known else ())
        hook_ids = installation.install(client, destination, secret, found, note)
    store_hooks.finish(crm, source.data_source_id, digest, hook_ids)
    crm.commit()


def _remove(crm: Connection, source: DataSource) -> None:
    known = store_hooks.get(crm, source.data_source_id)
    crm.commit()
    if known and known.destination:
        with open_store(source.store_hash, for_a_person=True) as client:
            installation.remove(client, known.destination, known.hook_ids)
    store_hooks.forget(crm, source.data_source_id)
    crm.commit()


def _attempt(crm: Connection, source: DataSource, step: Callable[[Connection, DataSource], None]) -> None:
    """Take a step; what goes wrong with the store is recorded instead of raised. Commits."""
    try:
        step(crm, source)
    except (BigCommerceError, ConnectionMissing, ConnectionUnavailable) as error:
        log.warning("The webhooks of store %s: %s", source.store_hash, error.sentence)
        # a token that is rejected belongs to an API account that was deleted, and its hooks with it
        are_lost = error.remedy == "credentials"
        store_hooks.record_problem(crm, source.data_source_id, str(error), are_lost=are_lost)
    crm.commit()
