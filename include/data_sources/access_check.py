"""Checks, before settings are saved, that the access token has all the scopes that the data source needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from include.bigcommerce.errors import BigCommerceError, TryLater
from include.bigcommerce.scope_check import try_access
from include.bigcommerce.store_information import Store
from include.connections.lookup import ConnectionMissing
from include.connections.store import open_store
from include.data_sources.settings import SettingsInput
from include.data_sources.settings_check import read_setting


@dataclass(frozen=True)
class Access:
    """Where a store's API is, the token for it, and the store that answered."""

    base_url: str
    token: str
    store: Store


def ignore_address(base_url: str) -> None:
    """For callers that do not show which address is contacted."""


def check_entered(
    entered: SettingsInput,
    problems: dict[str, str],
    on_contact: Callable[[str], None] = ignore_address,
    *,
    all_scopes: bool = False,
) -> Access | None:
    """The access that the entered token gives; None if something is wrong, which is added to `problems`.

    `on_contact` is called with the base URL before the first request. `all_scopes`: ask for every scope that
    the form names, not only for those that the entered settings need.
    """
    values: dict[str, Any] = {}
    for name in ("store_hash", "base_url", "access_token"):
        with _noted(name, problems):
            values[name] = read_setting(name, getattr(entered, name))
    if len(values) < 3:
        return None
    base_url, token = values["base_url"], values["access_token"]
    on_contact(base_url)
    try:
        store = _try_access(entered, all_scopes=all_scopes, base_url=base_url, token=token)
    except BigCommerceError as problem:
        problems["access_token"] = f"{base_url}: {problem}"
        return None
    return Access(base_url, token, store)


def check_saved(entered: SettingsInput, store_name: str, problems: dict[str, str]) -> Store | None:
    """The store that the saved Connection leads to, or None, as above.

    A store that is unavailable for now is not a problem: `store_name` stands in for its name.
    """
    try:
        return _try_access(entered)
    except TryLater:
        return Store(name=store_name, currency="")
    except (BigCommerceError, ConnectionMissing) as problem:
        problems["access_token"] = str(problem)
    return None


def _try_access(
    entered: SettingsInput,
    *,
    all_scopes: bool = False,
    base_url: str | None = None,
    token: str | None = None,
) -> Store:
    with open_store(entered.store_hash.strip(), base_url=base_url, token=token, for_a_person=True) as client:
        return try_access(client, sends_orders=all_scopes or entered.writes_orders)


@contextmanager
def _noted(name: str, problems: dict[str, str]) -> Iterator[None]:
    """Turns the ValueError of a reader into a problem of that setting."""
    try:
        yield
    except ValueError as problem:
        problems[name] = str(problem)
