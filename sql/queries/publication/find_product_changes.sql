-- What differs between the campaign and the catalogue just read. Unchanged products do not appear.
-- A quarantined product is there but cannot be used: what we hold of it stays as it is. One listed without a usable id
-- may be any product, so then none is taken for removed. A sync of changes compares only the products that it read.
CREATE TEMPORARY TABLE product_change ON COMMIT DROP AS
SELECT staged.bigcommerce_product_id, held.campaign_product_id,
       CASE WHEN held.campaign_product_id IS NULL THEN 'new'
            WHEN held.removed_at IS NOT NULL THEN 'revived'
            ELSE 'changed' END AS change
FROM staged_product staged
LEFT JOIN crm.campaign_product held
       ON held.campaign_id = %(campaign_id)s AND held.bigcommerce_product_id = staged.bigcommerce_product_id
WHERE held.campaign_product_id IS NULL
   OR held.removed_at IS NOT NULL
   OR held.content_hash <> staged.content_hash
UNION ALL
SELECT held.bigcommerce_product_id, held.campaign_product_id, 'removed'
FROM crm.campaign_product held
WHERE held.campaign_id = %(campaign_id)s
  AND (%(only_product_ids)s::bigint[] IS NULL OR held.bigcommerce_product_id = ANY(%(only_product_ids)s))
  AND held.removed_at IS NULL
  AND NOT EXISTS (SELECT FROM unchanged_product unchanged
                  WHERE unchanged.campaign_product_id = held.campaign_product_id)
  AND NOT EXISTS (SELECT FROM staged_product staged
                  WHERE staged.bigcommerce_product_id = held.bigcommerce_product_id)
  AND NOT EXISTS (SELECT FROM quarantined WHERE quarantined.bigcommerce_product_id IS NULL)
  AND NOT EXISTS (SELECT FROM quarantined
                  WHERE quarantined.bigcommerce_product_id = held.bigcommerce_product_id);
