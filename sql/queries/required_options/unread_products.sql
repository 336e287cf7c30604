SELECT bigcommerce_product_id, campaign_product_id
FROM crm.campaign_product
WHERE campaign_id = %(campaign_id)s AND options_read_at IS NULL AND removed_at IS NULL
ORDER BY bigcommerce_product_id;
