SELECT bigcommerce_product_id
FROM crm.campaign_product
WHERE campaign_id = %(campaign_id)s AND removed_at IS NULL AND bigcommerce_product_id <> ALL(%(product_ids)s)
ORDER BY bigcommerce_product_id
LIMIT %(limit)s;
