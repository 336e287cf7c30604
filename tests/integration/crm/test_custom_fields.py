"""What a batch of custom fields costs in the CRM's database."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from include.crm import publication
from tests.support.query_cost import pages_read

Crm = psycopg.Connection[Any]
VARIANTS = 4_000
FIELDS = 50


@pytest.fixture
def data_source(crm: Crm) -> int:
    """Id of a data source with so many products of one variant, whose BigCommerce ids are 1, 2, 3, …"""
    crm.execute(
        """
        INSERT INTO crm.campaign (campaign_id, name, currency_code) VALUES (7, 'Tea', 'EUR');
        INSERT INTO crm.data_source (data_source_id, store_hash, store_name, campaign_id)
        OVERRIDING SYSTEM VALUE VALUES (5, 'tea', 'Tea', 7);
        """
    )
    crm.execute(
        """
        INSERT INTO crm.campaign_product
            (campaign_id, bigcommerce_product_id, name, sku, is_visible, content_hash)
        SELECT 7, number, 'Tea', '', true, '' FROM generate_series(1, %s) number
        """,
        [VARIANTS],
    )
    crm.execute(
        """
        INSERT INTO crm.campaign_product_variant
            (campaign_product_id, bigcommerce_variant_id, sku, name, options, price, purchasing_disabled,
             content_hash)
        SELECT campaign_product_id, bigcommerce_product_id, 'TEA', 'Tea', '[]', 1, false, ''
        FROM crm.campaign_product
        """
    )
    publication.analyze_campaign(crm)
    crm.commit()
    return 5


def test_what_is_written_is_remembered_without_a_look_at_all_variants(crm: Crm, data_source: int) -> None:
    ids = list(range(1, FIELDS + 1))
    cost = pages_read(
        crm,
        "custom_fields/remember",
        data_source_id=data_source,
        variant_ids=ids,
        metafield_ids=ids,
        namespaces=["crm"] * FIELDS,
        keys=["campaign_product"] * FIELDS,
        permission_sets=["read"] * FIELDS,
        values=[f"{number}.{number}" for number in ids],
    )
    assert cost < FIELDS * 25 < VARIANTS


def test_the_owner_of_a_refused_field_is_found_without_a_look_at_all_variants(
    crm: Crm, data_source: int
) -> None:
    cost = pages_read(crm, "custom_fields/owner", data_source_id=data_source, bigcommerce_variant_id=1234)
    assert cost < 25
