-- The variants that the campaign has of the products that are compared. A copy, because what is compared with them has
-- to know how many there are: statistics of the campaign may be those of an almost empty one, and then Postgres would
-- compare each variant with each.
CREATE TEMPORARY TABLE held_variant ON COMMIT DROP AS
SELECT variant.variant_detail_id, variant.bigcommerce_variant_id, variant.sku, variant.removed_at,
       variant.content_hash, product.bigcommerce_product_id
FROM crm.campaign_product_variant variant
JOIN crm.campaign_product product USING (campaign_product_id)
WHERE product.campaign_id = %(campaign_id)s
  AND (%(only_product_ids)s::bigint[] IS NULL OR product.bigcommerce_product_id = ANY(%(only_product_ids)s))
  AND NOT EXISTS (SELECT FROM unchanged_product unchanged
                  WHERE unchanged.campaign_product_id = product.campaign_product_id);
