WITH forgotten AS (
    DELETE FROM crm.required_option WHERE campaign_product_id = ANY(%(campaign_product_ids)s)
)
UPDATE crm.campaign_product SET options_read_at = clock_timestamp()
WHERE campaign_product_id = ANY(%(campaign_product_ids)s);
