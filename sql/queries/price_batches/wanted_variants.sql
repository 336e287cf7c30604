-- The variants, none of them removed, of the products that a page would list.
SELECT variant.variant_detail_id, variant.sku, variant.name, variant.price, variant.override_price
FROM crm.campaign_product product
JOIN crm.campaign_product_mark mark USING (campaign_id, campaign_product_id)
JOIN crm.campaign_product_variant variant USING (campaign_product_id)
WHERE campaign_id = %(campaign_id)s
  AND mark.mark = %(mark)s
  AND variant.removed_at IS NULL
  AND (%(anywhere)s::text IS NULL OR campaign_product_id IN (
      SELECT crm.find_campaign_products(%(campaign_id)s, %(anywhere)s, %(beginning)s, %(number)s, %(variant_number)s)))
ORDER BY variant.variant_detail_id
LIMIT %(limit)s;
