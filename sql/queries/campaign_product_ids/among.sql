-- Those of these products that the campaign has.
SELECT bigcommerce_product_id, campaign_product_id
FROM crm.campaign_product
WHERE campaign_id = %(campaign_id)s AND bigcommerce_product_id = ANY(%(product_ids)s) AND removed_at IS NULL;
