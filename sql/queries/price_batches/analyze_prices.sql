-- So that no statement reads campaign or history again for each price, whatever Postgres believed of their size. It
-- also forgets the plans by which this connection, if it is a pooled one, checked foreign keys when the campaign was
-- nearly empty. A small sample is enough. Where somebody else analyzes the tables just now, that does the same.
SET LOCAL default_statistics_target = 10;
ANALYZE (SKIP_LOCKED) crm.campaign_product_variant
            (variant_detail_id, campaign_product_id, bigcommerce_variant_id, removed_at),
        crm.override_price_change (variant_detail_id, price_batch_id);
