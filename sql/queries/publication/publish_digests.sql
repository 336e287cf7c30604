-- For products that differ only in fields that are not translated; the others have their digests already.
UPDATE crm.campaign_product held
SET source_digest = staged.source_digest
FROM staged_product staged
WHERE held.campaign_id = %(campaign_id)s
  AND held.bigcommerce_product_id = staged.bigcommerce_product_id
  AND held.source_digest IS DISTINCT FROM staged.source_digest;
