SELECT product.bigcommerce_product_id, product.name AS product_name, product.sku, required.name AS option_name,
       count(*) AS variants
FROM crm.campaign_product product
JOIN crm.required_option required USING (campaign_product_id)
JOIN crm.campaign_product_variant variant USING (campaign_product_id)
LEFT JOIN crm.option_default given USING (variant_detail_id, bigcommerce_option_id)
WHERE product.campaign_id = %(campaign_id)s AND product.removed_at IS NULL AND variant.removed_at IS NULL
  AND given.value IS NULL
GROUP BY product.bigcommerce_product_id, product.name, product.sku, required.bigcommerce_option_id, required.name
ORDER BY product.bigcommerce_product_id, required.bigcommerce_option_id
LIMIT %(limit)s;
