"""The settings in the extra of a store's Connection, checked: people and scripts write any JSON there.

    requests_in_flight   whole number from 1 to 20: requests to the store at once
    timeout              seconds to wait for an answer, up to 120
    verify, verify_ssl   true, false, or the path of a file of certificate authorities
    proxies, proxy       {"https": "http://proxy.example.com:3128"}
    cert                 path of a client certificate, or [certificate, key]

Airflow's HTTP hook knows a few more (trust_env, max_redirects, …), and sends all others as headers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from airflow.sdk import Connection

from include.connections.lookup import ConnectionMissing

MOST_REQUESTS_IN_FLIGHT = 20
# An order that is being sent is answered or given up long before its lease ends (ledger/lease.py).
LONGEST_TIMEOUT_SECONDS = 120.0
# Settings that Airflow's HTTP hook reads itself: not checked here, and not headers.
OF_THE_HOOK = {"stream", "allow_redirects", "max_redirects", "trust_env", "check_response", "srv_lookup"}


class ConnectionExtraInvalid(ConnectionMissing):
    """The extra of a Connection holds a value that cannot be used."""

    def __init__(self, connection_id: str, problem: str) -> None:
        super().__init__(
            f"The extra of the Airflow Connection {connection_id} cannot be used: {problem}.",
            "Ask your administrator to correct it under Admin, Connections.",
        )


def client_settings(connection: Connection) -> dict[str, Any]:
    """Arguments of StoreClient from the extra of a store's Connection. Raises ConnectionExtraInvalid."""
    extra = read_extra(connection)
    for name, value in extra.items():
        problem = _CHECKS[name](value) if name in _CHECKS else _header_problem(name, value)
        if problem:
            raise ConnectionExtraInvalid(str(connection.conn_id), f"{name} {problem}")
    settings: dict[str, Any] = {}
    if "requests_in_flight" in extra:
        settings["requests_in_flight"] = int(extra["requests_in_flight"])
    if "timeout" in extra:
        settings["read_timeout"] = min(float(extra["timeout"]), LONGEST_TIMEOUT_SECONDS)
    return settings


def read_extra(connection: Connection) -> dict[str, Any]:
    """The extra as a dictionary. Raises ConnectionExtraInvalid if it is something else."""
    try:
        extra = json.loads(connection.extra or "{}")
    except ValueError:
        raise ConnectionExtraInvalid(str(connection.conn_id), "it is not JSON") from None
    if not isinstance(extra, dict):
        raise ConnectionExtraInvalid(str(connection.conn_id), 'it must be an object such as {"timeout": 60}')
    return extra


def _number(value: Any) -> float:
    """As a number, which Airflow's form may have saved as text; NaN if it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def _requests_in_flight(value: Any) -> str:
    number = _number(value)
    is_usable = 1 <= number <= MOST_REQUESTS_IN_FLIGHT and number.is_integer()
    return "" if is_usable else f"must be a whole number from 1 to {MOST_REQUESTS_IN_FLIGHT}"


def _timeout(value: Any) -> str:
    return "" if 0 < _number(value) < math.inf else "must be a number of seconds, more than 0"


def _verify(value: Any) -> str:
    if isinstance(value, bool) or (isinstance(value, str) and _exists(value)):
        return ""
    return "must be true, false, or the path of an existing file with certificate authorities"


def _proxies(value: Any) -> str:
    if isinstance(value, Mapping) and all(_is_address(address) for address in value.values()):
        return ""
    return 'must be addresses by scheme, such as {"https": "http://proxy.example.com:3128"}'


def _cert(value: Any) -> str:
    paths = [value] if isinstance(value, str) else value
    if isinstance(paths, list) and 1 <= len(paths) <= 2 and all(map(_exists, paths)):
        return ""
    return "must be the path of an existing certificate, or [certificate, key]"


def _header_problem(name: str, value: Any) -> str:
    if name in OF_THE_HOOK:
        return ""
    is_header = isinstance(value, str) and f"{name}{value}".isprintable()
    return "" if is_header else "is not a known setting, and not text that could be sent as a header"


def _exists(path: Any) -> bool:
    return isinstance(path, str) and "\0" not in path and Path(path).exists()


def _is_address(address: Any) -> bool:
    try:
        return isinstance(address, str) and bool(urlsplit(address).hostname)
    except ValueError:
        return False


_CHECKS: dict[str, Callable[[Any], str]] = {
    "requests_in_flight": _requests_in_flight,
    "timeout": _timeout,
    "verify": _verify,
    "verify_ssl": _verify,
    "proxies": _proxies,
    "proxy": _proxies,
    "cert": _cert,
}
