"""The settings of a data source: what a user may enter, and what is said about what cannot be taken.

The command line and the page in Airflow's UI check by this module alone, so they say the same. All problems
come at once, by setting, each a plain sentence with the next step in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from include.connections import sends_token_in_clear
from include.errors import FixData

# Name by BigCommerce status id of what sendOrderStatus may be.
ORDER_STATUSES = {
    1: "Pending",
    8: "Awaiting Pickup",
    9: "Awaiting Shipment",
    10: "Completed",
    11: "Awaiting Fulfillment",
    12: "Manual Verification Required",
}
PERMISSION_SETS = ("read_and_sf_access", "write_and_sf_access", "read", "write", "app_only")
LEAST_AUTO_SYNC_MINUTES = 60
MOST_AUTO_SYNC_MINUTES = 365 * 24 * 60
MOST_ORDER_LOOKUP_DELAY_SECONDS = 24 * 60 * 60
DEFAULT_BASE_URL = "https://api.bigcommerce.com"

_STORE_HASH = re.compile(r"[a-z0-9]{3,32}")
# https://api.bigcommerce.com/stores/<hash>/v3/ and https://store-<hash>[-<channel>].mybigcommerce.com/manage
_STORE_HASH_IN_ADDRESS = re.compile(
    r"(?:\bstores/|\bstore-)([a-z0-9]{3,32})(?=$|[/?#\s]|(?:-\d+)?\.mybigcommerce\.com)", re.IGNORECASE
)


class SettingsRefused(FixData):
    """The settings cannot be saved as they are; `problems` holds a sentence by setting."""

    http_status = 422

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("\n".join(problems.values()))
        self.problems_by_field = self.problems = dict(problems)


@dataclass(frozen=True)
class Entered:
    """The settings as a user entered them: text is not checked yet, empty text is "not set"."""

    store_hash: str
    access_token: str = field(default="", repr=False)
    biller_id: str = ""
    send_initial_orders: bool = False
    send_rebill_orders: bool = False
    send_order_status: str = "1"
    order_lookup_delay: str = "120"
    auto_sync: str = ""
    base_url: str = ""
    custom_field_namespace: str = "crm"
    custom_field_key: str = "campaign_product"
    custom_field_permission_set: str = "read_and_sf_access"


def check(entered: Entered, gateways: Mapping[int, str]) -> tuple[dict[str, object], dict[str, str]]:
    """The settings as columns of crm.data_source, and the problems by setting (empty = all is well).

    `gateways` is the gateway list: name by billerId. Looks at nothing else: not at the store, not at other
    data sources, not at the access token.
    """
    columns: dict[str, object] = {
        "send_initial_orders": entered.send_initial_orders,
        "send_rebill_orders": entered.send_rebill_orders,
    }
    problems: dict[str, str] = {}

    def take(setting: str, column: str, read: Callable[[str], object]) -> None:
        try:
            columns[column] = read(getattr(entered, setting).strip())
        except ValueError as problem:
            problems[setting] = str(problem)

    take("store_hash", "store_hash", read_store_hash)
    take("biller_id", "biller_id", lambda text: read_biller_id(text, gateways))
    take("send_order_status", "send_order_status_id", read_order_status)
    take("order_lookup_delay", "order_lookup_delay_seconds", read_order_lookup_delay)
    take("auto_sync", "auto_sync_minutes", read_auto_sync)
    take("custom_field_namespace", "custom_field_namespace", lambda text: _read_name(text, "namespace"))
    take("custom_field_key", "custom_field_key", lambda text: _read_name(text, "key"))
    take("custom_field_permission_set", "custom_field_permission_set", _read_permission_set)
    return columns, problems


def problems_as_typed(entered: Entered, gateways: Mapping[int, str]) -> dict[str, str]:
    """What is wrong with settings while a person types them, by setting: as `check`, and of token and URL."""
    _, problems = check(entered, gateways)
    try:
        read_access_token(entered.access_token.strip())
    except ValueError as problem:
        problems["access_token"] = str(problem)
    try:
        read_base_url(entered.base_url.strip())
    except ValueError as problem:
        problems["base_url"] = str(problem)
    return problems


def find_store_hash(address: str) -> str | None:
    """The store hash in the address of a store's API or control panel, or None."""
    found = _STORE_HASH_IN_ADDRESS.search(address)
    return found[1].lower() if found else None


def read_store_hash(text: str) -> str:
    """Raises ValueError with a sentence, as all readers below do."""
    if _STORE_HASH.fullmatch(text):
        return text
    if not text:
        raise ValueError("Enter the store hash: the part after /stores/ in the API path, e.g. 7f5kjtkp2.")
    if found := find_store_hash(text):
        raise ValueError(f"Enter the store hash alone, not an address: {found}")
    if _STORE_HASH.fullmatch(text.lower()):
        raise ValueError(f"A store hash has no capital letters: enter {text.lower()} instead of {text}.")
    raise ValueError(
        f"{text!r} is not a store hash. It is 3 to 32 small letters and digits, such as 7f5kjtkp2: the part "
        "after /stores/ in the API path of your API account."
    )


def read_access_token(text: str) -> str:
    """A token goes into an HTTP header as it is, so it must be one visible word; it is never repeated."""
    if not text:
        raise ValueError("Enter the access token of the store's API account.")
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("The access token holds blanks or unusual characters. Copy it again, without them.")
    return text


def read_base_url(text: str) -> str:
    """Where the API is, empty for BigCommerce itself; only a sandbox on this machine may be without TLS."""
    if not text:
        return DEFAULT_BASE_URL
    if not re.fullmatch(r"https?://[^/\s?#@]+/?", text):
        raise ValueError(f"{text!r} is not a base URL. It looks like {DEFAULT_BASE_URL}.")
    if sends_token_in_clear(text):
        raise ValueError(f"{text} would get the access token unencrypted. Use https://.")
    return text.rstrip("/")


def read_biller_id(text: str, gateways: Mapping[int, str]) -> int | None:
    """Empty, or one of the gateway list."""
    if not text:
        return None
    if text.isdecimal() and int(text) in gateways:
        return int(text)
    if not gateways:
        raise ValueError(f"There is no billerId {text}: the gateway list is empty. Leave billerId empty.")
    known = ", ".join(f"{biller_id} ({name})" for biller_id, name in gateways.items())
    raise ValueError(f"There is no billerId {text} in the gateway list. Take one of: {known}.")


def read_order_status(text: str) -> int:
    """A status of ORDER_STATUSES, by name or by id."""
    for status_id, name in ORDER_STATUSES.items():
        if text.casefold() in (str(status_id), name.casefold()):
            return status_id
    known = ", ".join(f"{name} ({status_id})" for status_id, name in ORDER_STATUSES.items())
    raise ValueError(f"sendOrderStatus cannot be {text!r}. Take one of: {known}.")


def read_order_lookup_delay(text: str) -> int:
    """Seconds."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_ORDER_LOOKUP_DELAY_SECONDS:
        raise ValueError(
            f"The order lookup delay is a whole number of seconds, at most a day "
            f"({MOST_ORDER_LOOKUP_DELAY_SECONDS}), not {text!r}."
        )
    return int(text)


def read_auto_sync(text: str) -> int | None:
    """Minutes, or None for empty."""
    if not text:
        return None
    if not text.isdecimal():
        raise ValueError(
            f"autoSync is a whole number of minutes, not {text!r}. Leave it empty to sync by hand."
        )
    minutes = int(text)
    if minutes < LEAST_AUTO_SYNC_MINUTES:
        raise ValueError(f"autoSync is at least {LEAST_AUTO_SYNC_MINUTES} minutes: {minutes} is too often.")
    if minutes > MOST_AUTO_SYNC_MINUTES:
        raise ValueError(f"autoSync is at most {MOST_AUTO_SYNC_MINUTES} minutes, a year.")
    return minutes


def _read_name(text: str, what: str) -> str:
    if not 1 <= len(text) <= 64:
        raise ValueError(f"The custom field's {what} is 1 to 64 characters; {text[:64]!r} has {len(text)}.")
    return text


def _read_permission_set(text: str) -> str:
    if text not in PERMISSION_SETS:
        raise ValueError(
            f"The custom field's permission set cannot be {text!r}. "
            f"Take one of: {', '.join(PERMISSION_SETS)}."
        )
    return text
