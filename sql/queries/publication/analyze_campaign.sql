-- Autovacuum does it a minute later. Until then Postgres would plan the write-back for tables that are empty.
-- The columns are those that the write-back joins and filters by; the others would take most of the time.
ANALYZE crm.campaign_product (campaign_product_id, campaign_id),
        crm.campaign_product_variant
            (variant_detail_id, campaign_product_id, bigcommerce_variant_id, removed_at);
