-- A page of products, by id. The search is worked out once, then looked up for each product.
SELECT product.campaign_product_id, product.bigcommerce_product_id, product.name, product.sku, product.is_visible,
       product.removed_at, product.changed_at
FROM crm.campaign_product product
JOIN crm.campaign_product_mark mark USING (campaign_id, campaign_product_id)
WHERE campaign_id = %(campaign_id)s
  AND campaign_product_id > %(after)s
  AND mark.mark = %(mark)s
  AND (%(anywhere)s::text IS NULL OR campaign_product_id IN (
      SELECT crm.find_campaign_products(%(campaign_id)s, %(anywhere)s, %(beginning)s, %(number)s, %(variant_number)s)))
ORDER BY campaign_product_id
LIMIT %(limit)s;
