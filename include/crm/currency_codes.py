"""The currencies of a store and of a campaign, as ISO 4217 codes."""

from __future__ import annotations

from include.crm.data_sources import DataSource
from include.crm.database import Connection, fetch_one


def store_currency(crm: Connection, source: DataSource) -> str:
    """The ISO 4217 code of the currency that the store had when a sync last read it.

    It is the campaign's, unless the store changed it since: then nothing is synced until a person decides,
    and an order has to name its currency. Empty for a store that was never read.
    """
    row = fetch_one(crm, "currency_codes/of_store", data_source_id=source.data_source_id)
    return str(row["currency_code"] or "") if row else ""


def campaign_currency(crm: Connection, campaign_id: int | None) -> str:
    """The ISO 4217 code of a campaign's currency, which is the store's; empty without a campaign."""
    row = fetch_one(crm, "currency_codes/of_campaign", campaign_id=campaign_id)
    return str(row["currency_code"]) if row else ""
