SELECT campaign_product_id, bigcommerce_product_id, name, sku, is_visible, removed_at, changed_at
FROM crm.campaign_product
WHERE campaign_id = %(campaign_id)s AND campaign_product_id = %(campaign_product_id)s;
