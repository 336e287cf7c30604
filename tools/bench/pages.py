"""How long the server takes for each page of Data Sources, with a large store and many orders."""

from __future__ import annotations

import psycopg

from tools.bench.results import Results
from tools.bench.store import STORE_HASH
from tools.bench.testbed import WITH_TRIGGERS, WITHOUT_TRIGGERS, Testbed

PRODUCTS, VARIANTS, ORDERS, STORES = 10_000, 5, 100_000, 1_000


def measure_pages(testbed: Testbed, results: Results) -> None:
    """Visit every page several times; the median counts."""
    testbed.postgres.create_database("airflow_pages")
    with testbed.fresh_database() as crm_url:
        with psycopg.connect(crm_url, autocommit=True) as crm:
            for statement in _FILL:
                parameters = {"products": PRODUCTS, "variants": VARIANTS, "orders": ORDERS, "stores": STORES}
                crm.execute(statement, parameters if "%(" in statement or "%%" in statement else None)
        airflow = testbed.postgres.airflow_url("airflow_pages")
        connections = {"AIRFLOW_CONN_CRM_DB": crm_url, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": airflow}
        results.add("pages", PRODUCTS * VARIANTS, testbed.run("page_visits", STORE_HASH, **connections))


_FILL = (
    "INSERT INTO crm.campaign (name, currency_code) VALUES ('Bench', 'USD')",
    "UPDATE crm.data_source SET campaign_id = 1, send_initial_orders = true",
    """INSERT INTO crm.campaign_product
           (campaign_id, bigcommerce_product_id, name, sku, is_visible, content_hash)
       SELECT 1, n, 'Product ' || md5(n::text), 'P-' || n, true, ''
       FROM generate_series(1, %(products)s) n""",
    """INSERT INTO crm.campaign_product_variant
           (campaign_product_id, bigcommerce_variant_id, sku, name, options, price, purchasing_disabled,
            content_hash, override_price)
       SELECT product, product * 10 + n, 'SKU-' || product || '-' || n, 'Variant', '[]', 10, false, '',
              CASE WHEN product %% 500 = 0 THEN 8 END
       FROM generate_series(1, %(products)s) product, generate_series(1, %(variants)s) n""",
    """INSERT INTO crm.variant_custom_field
       SELECT variant_detail_id, bigcommerce_variant_id, 1, 'crm', 'campaign_product', 'read_and_sf_access',
              campaign_product_id || '.' || variant_detail_id
       FROM crm.campaign_product_variant WHERE variant_detail_id %% 1000 <> 0""",
    """INSERT INTO crm.sync_run
           (data_source_id, trigger, status, published_at, started_at, finished_at, counts)
       SELECT 1, 'manual', 'Completed', now(), now(), now(),
              '{"products": 10000, "variants": 50000, "custom_fields_written": 0}'
       FROM generate_series(1, 1000)""",
    WITHOUT_TRIGGERS,
    """INSERT INTO crm.customer_order
           (order_id, campaign_id, order_type, order_status, currency_code, price, total_amount, completed_at)
       SELECT n, 1, 'NEW_SALE', 'COMPLETE', 'USD', 10, 10, now() - n * interval '1 minute'
       FROM generate_series(1, %(orders)s) n""",
    """INSERT INTO crm.order_push
           (data_source_id, order_id, state, requested_by, bigcommerce_order_id, reason, next_step,
            order_completed_at)
       SELECT 1, n, CASE WHEN n %% 100 = 0 THEN 'rejected' ELSE 'pushed' END, 'schedule',
              CASE WHEN n %% 100 <> 0 THEN n END, 'No stock.', 'Restock.', now() - n * interval '1 minute'
       FROM generate_series(1, %(orders)s) n""",
    WITH_TRIGGERS,
    """INSERT INTO crm.data_source (store_hash, store_name, auto_sync_minutes)
       SELECT 'other' || n, 'Store ' || n, 60 FROM generate_series(2, %(stores)s) n""",
    """INSERT INTO crm.sync_run (data_source_id, trigger, status, started_at, finished_at, counts)
       SELECT data_source_id, 'manual', 'Completed', now(), now(),
              '{"products": 1000, "variants": 5000, "custom_fields_written": 0}'
       FROM crm.data_source, generate_series(1, 20) n WHERE data_source_id > 1""",
    "VACUUM ANALYZE",
)
