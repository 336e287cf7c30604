-- Whose custom field it is, as people know it.
SELECT product.bigcommerce_product_id, variant.sku
FROM crm.data_source source
JOIN crm.campaign_product product USING (campaign_id)
JOIN crm.campaign_product_variant variant USING (campaign_product_id)
WHERE source.data_source_id = %(data_source_id)s
  AND variant.bigcommerce_variant_id = %(bigcommerce_variant_id)s
  AND variant.removed_at IS NULL
LIMIT 1;
