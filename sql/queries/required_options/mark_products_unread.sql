UPDATE crm.campaign_product SET options_read_at = NULL
WHERE campaign_id = %(campaign_id)s AND bigcommerce_product_id = ANY(%(bigcommerce_product_ids)s)
  AND options_read_at IS NOT NULL AND removed_at IS NULL;
