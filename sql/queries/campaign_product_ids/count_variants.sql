-- Variants of a campaign, and of these products of it.
SELECT count(*) AS held,
       count(*) FILTER (WHERE product.bigcommerce_product_id = ANY(%(product_ids)s)) AS of_these
FROM crm.campaign_product product JOIN crm.campaign_product_variant variant USING (campaign_product_id)
WHERE product.campaign_id = %(campaign_id)s AND variant.removed_at IS NULL;
