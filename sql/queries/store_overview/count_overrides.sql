SELECT count(*) AS number
FROM crm.campaign_product product
JOIN crm.campaign_product_variant variant USING (campaign_product_id)
WHERE product.campaign_id = %(campaign_id)s
  AND variant.override_price IS NOT NULL AND variant.removed_at IS NULL;
