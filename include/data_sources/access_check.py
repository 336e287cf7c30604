"""Tries, before settings are saved, whether their access token may do what the data source needs."""

from __future__ import annotations

from collections.abc import Callable

from include.bigcommerce.errors import BigCommerceError, TryLater
from include.bigcommerce.scope_check import try_access
from include.bigcommerce.store_information import Store
from include.connection_lookup import ConnectionMissing
from include.connections import open_store
from include.data_sources.settings import Entered, read_access_token, read_base_url

# Somebody waits for the answer: a wrong address must not take the five minutes that a sync has.
PATIENCE_SECONDS = 15.0


def say_nothing(base_url: str) -> None:
    """For who need not be told which address is asked."""


def try_entered(
    entered: Entered, problems: dict[str, str], asking: Callable[[str], None] = say_nothing
) -> tuple[str, str, Store | None]:
    """Base URL, access token and the store they lead to; what is wrong with them is added to `problems`."""
    base_url = token = ""
    try:
        base_url = read_base_url(entered.base_url.strip())
    except ValueError as problem:
        problems["base_url"] = str(problem)
    try:
        token = read_access_token(entered.access_token.strip())
    except ValueError as problem:
        problems["access_token"] = str(problem)
    if problems.keys() & {"store_hash", "base_url", "access_token"}:
        return base_url, token, None
    asking(base_url)
    try:
        return base_url, token, _try_access(entered, base_url=base_url, token=token)
    except BigCommerceError as problem:
        problems["access_token"] = f"At {base_url}: {problem}"
    return base_url, token, None


def try_saved(entered: Entered, store_name: str, problems: dict[str, str]) -> Store | None:
    """The store that the saved Connection leads to, as above; a store that is away for now is no problem."""
    try:
        return _try_access(entered)
    except TryLater:
        return Store(name=store_name, currency="")
    except (BigCommerceError, ConnectionMissing) as problem:
        problems["access_token"] = str(problem)
    return None


def _try_access(entered: Entered, **connection: str) -> Store:
    with open_store(entered.store_hash.strip(), patience=PATIENCE_SECONDS, **connection) as client:
        return try_access(client, sends_orders=entered.send_initial_orders or entered.send_rebill_orders)
