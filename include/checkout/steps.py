"""Keeps the redirect script of each store as the settings of its data source say, and records its state.

What a store answers is recorded in crm.checkout_script. Saving settings never fails because of the script:
what went wrong is recorded and shown, and the daily check retries it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

from include.bigcommerce.errors import BigCommerceError, ScopeMissing
from include.bigcommerce.scripts import Script
from include.checkout import installation
from include.checkout.errors import RedirectOff
from include.checkout.script import ScriptSettings, script_text, version_in
from include.connections.crm import open_crm
from include.connections.lookup import ConnectionMissing, ConnectionUnavailable
from include.connections.store import open_store
from include.crm import checkout_scripts, data_sources
from include.crm.checkout_scripts import CheckoutScript
from include.crm.currency_codes import campaign_currency
from include.crm.data_sources import DataSource
from include.crm.database import Connection

log = logging.getLogger(__name__)

BY_MERCHANT = ("removed", "disabled")


def text_for(crm: Connection, source: DataSource) -> str:
    """The script of a store, as it is installed or copied by hand; empty without a checkout address."""
    if not source.checkout_url:
        return ""
    return script_text(
        ScriptSettings(
            checkout_url=source.checkout_url,
            namespace=source.custom_field_namespace,
            key=source.custom_field_key,
            currency=campaign_currency(crm, source.campaign_id) or None,
            cookie=source.checkout_test_cookie,
        )
    )


def follow_settings(crm: Connection, source: DataSource) -> None:
    """Install, update or remove the script after settings were saved, if that changes anything about it.

    A script that the merchant removed or disabled stays so until somebody repairs it, or a setting of it
    changes. Commits; raises only errors of the CRM's database.
    """
    known = checkout_scripts.get(crm, source.data_source_id)
    if should_have_it(source):
        if not _is_as_wanted(known, version_in(text_for(crm, source))):
            _attempt(crm, source, _install)
    elif known:
        _attempt(crm, source, _remove)


def repair(crm: Connection, source: DataSource) -> None:
    """Install, update or remove the script as the settings say, whatever the merchant did to it.

    Commits. Raises RedirectOff if there is nothing to do, BigCommerceError, ConnectionMissing,
    ConnectionUnavailable, and the errors of the CRM's database.
    """
    if should_have_it(source):
        _install(crm, source)
    elif checkout_scripts.get(crm, source.data_source_id):
        _remove(crm, source)
    else:
        raise RedirectOff(source.store_name)


def check(crm: Connection, source: DataSource) -> None:
    """Ask the store for the script: one request; install a missing one, and update an outdated one.

    Commits. Raises as `repair` does.
    """
    if not should_have_it(source):
        raise RedirectOff(source.store_name)
    known = checkout_scripts.get(crm, source.data_source_id)
    version = version_in(text_for(crm, source)) or ""
    crm.commit()
    with open_store(source.store_hash, for_a_person=True) as client:
        script = next(iter(installation.find(client)), None)
    state = installation.state_of(script, version, was_installed=bool(known and known.installed_at))
    _record(crm, source, script, state)
    if state in ("missing", "outdated"):
        _install(crm, source)


def check_all() -> dict[str, Any]:
    """The daily check of all stores whose redirect is on, or whose script is still to be removed.

    Returns {summary, states}.
    """
    states: Counter[str] = Counter()
    with open_crm() as crm:
        for source in data_sources.list_all(crm):
            if should_have_it(source):
                _attempt(crm, source, check)
                states[_found(checkout_scripts.get(crm, source.data_source_id))] += 1
            elif _may_be_removed(source) and checkout_scripts.get(crm, source.data_source_id):
                _attempt(crm, source, _remove)
                is_left = checkout_scripts.get(crm, source.data_source_id) is not None
                states["left behind" if is_left else "removed by us"] += 1
            crm.commit()
    found = ", ".join(f"{number:,} {state}" for state, number in sorted(states.items()))
    return {"summary": f"Redirect scripts: {found}" if found else "No store redirects", "states": states}


def _found(known: CheckoutScript | None) -> str:
    if known is None:
        return "missing"
    return "not checked" if known.problem else known.state


def _may_be_removed(source: DataSource) -> bool:
    """Whether the access token is still there; that of an inactive data source is deleted."""
    return source.state != "inactive"


def should_have_it(source: DataSource) -> bool:
    """Whether the settings ask for the script."""
    return source.state == "active" and source.checkout_redirect


def _is_as_wanted(known: CheckoutScript | None, version: str | None) -> bool:
    return known is not None and known.version == version and known.state in ("installed", *BY_MERCHANT)


def _install(crm: Connection, source: DataSource) -> None:
    html = text_for(crm, source)
    crm.commit()  # no transaction stays open while the store answers
    with open_store(source.store_hash, for_a_person=True) as client:
        script = installation.install(client, html)
    _record(crm, source, script, "installed", is_new=True)


def _remove(crm: Connection, source: DataSource) -> None:
    crm.commit()
    with open_store(source.store_hash, for_a_person=True) as client:
        installation.remove(client)
    checkout_scripts.forget(crm, source.data_source_id)
    crm.commit()


def _attempt(crm: Connection, source: DataSource, step: Callable[[Connection, DataSource], None]) -> None:
    """Take a step; what goes wrong with the store is recorded instead of raised. Commits."""
    try:
        step(crm, source)
    except ScopeMissing as missing:
        checkout_scripts.record(crm, source.data_source_id, "unknown", problem=str(missing))
    except (BigCommerceError, ConnectionMissing, ConnectionUnavailable) as error:
        log.warning("The redirect script of store %s: %s", source.store_hash, error.sentence)
        checkout_scripts.record_problem(crm, source.data_source_id, str(error))
    crm.commit()


def _record(
    crm: Connection,
    source: DataSource,
    script: Script | None,
    state: checkout_scripts.State,
    *,
    is_new: bool = False,
) -> None:
    checkout_scripts.record(
        crm,
        source.data_source_id,
        state,
        version=version_in(script.html or "") or "" if script else "",
        on_checkout_pages=bool(script and script.visibility == "all_pages"),
        is_new=is_new,
    )
    crm.commit()
