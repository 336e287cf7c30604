SELECT count(DISTINCT (campaign_product_id, bigcommerce_option_id)) AS number
FROM crm.campaign_product product
JOIN crm.required_option required USING (campaign_product_id)
JOIN crm.campaign_product_variant variant USING (campaign_product_id)
LEFT JOIN crm.option_default given USING (variant_detail_id, bigcommerce_option_id)
WHERE product.campaign_id = %(campaign_id)s AND product.removed_at IS NULL AND variant.removed_at IS NULL
  AND given.value IS NULL;
