SELECT campaign_product_id, variant_detail_id, bigcommerce_product_id, bigcommerce_variant_id, name, sku, reasons
FROM crm.unready_variants(%(campaign_id)s)
WHERE variant_detail_id > %(after)s
  AND (%(reason)s::text IS NULL OR %(reason)s = ANY(reasons))
  AND (%(anywhere)s::text IS NULL OR name ILIKE %(anywhere)s OR sku ILIKE %(anywhere)s
       OR %(number)s IN (campaign_product_id, bigcommerce_product_id, bigcommerce_variant_id)
       OR variant_detail_id = %(variant_number)s)
ORDER BY variant_detail_id
LIMIT %(limit)s;
