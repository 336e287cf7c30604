-- Of products that differ only in what is not translated; the others have theirs already.
UPDATE crm.campaign_product held
SET source_digest = staged.source_digest
FROM staged_product staged
WHERE held.campaign_id = %(campaign_id)s
  AND held.bigcommerce_product_id = staged.bigcommerce_product_id
  AND held.source_digest IS DISTINCT FROM staged.source_digest;
