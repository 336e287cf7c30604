-- Whose custom field it is, as people know it.
SELECT product.bigcommerce_product_id, variant.sku
FROM crm.campaign_product_variant variant JOIN crm.campaign_product product USING (campaign_product_id)
WHERE variant.bigcommerce_variant_id = %(bigcommerce_variant_id)s
  AND product.campaign_id = (SELECT campaign_id FROM crm.data_source WHERE data_source_id = %(data_source_id)s)
  AND variant.removed_at IS NULL
LIMIT 1;
