"""The data sources that send orders, as the order push needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from include.crm.database import fetch_all, fetch_one

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class SendingStore:
    """An active store that sends orders, or that still has orders to look up."""

    store_hash: str
    store_name: str


def sending_stores(crm: Connection, store_hash: str | None = None) -> list[SendingStore]:
    """All stores that the order push works on, by store hash, or only the given one."""
    return [SendingStore(**row) for row in fetch_all(crm, "order_push/stores", store_hash=store_hash)]


def campaign_currency(crm: Connection, campaign_id: int | None) -> str:
    """The ISO 4217 code of a campaign's currency, which is the store's; empty without a campaign."""
    row = fetch_one(crm, "order_push/campaign_currency", campaign_id=campaign_id)
    return str(row["currency_code"]) if row else ""
