-- The required options of these products may have changed with them. New products have none read.
UPDATE crm.campaign_product held
SET options_read_at = NULL
WHERE held.options_read_at IS NOT NULL
  AND held.campaign_id = %(campaign_id)s
  AND held.bigcommerce_product_id IN (
      SELECT bigcommerce_product_id FROM product_change WHERE change IN ('changed', 'revived')
      UNION
      SELECT bigcommerce_product_id FROM variant_change WHERE change <> 'removed');
