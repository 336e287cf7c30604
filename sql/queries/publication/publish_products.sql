-- biller_id is the user's after creation: only new products get the data source's.
WITH added AS (
    INSERT INTO crm.campaign_product
        (campaign_id, bigcommerce_product_id, name, sku, is_visible, biller_id, content_hash, source_digest)
    SELECT %(campaign_id)s, bigcommerce_product_id, name, sku, is_visible, %(biller_id)s, content_hash,
           source_digest
    FROM new_product
    ORDER BY bigcommerce_product_id
), updated AS (
    UPDATE crm.campaign_product held
    SET name = staged.name, sku = staged.sku, is_visible = staged.is_visible,
        content_hash = staged.content_hash, source_digest = staged.source_digest, changed_at = now(),
        removed_at = NULL
    FROM staged_product staged JOIN product_change USING (bigcommerce_product_id)
    WHERE held.campaign_product_id = product_change.campaign_product_id
      AND change IN ('changed', 'revived')
)
UPDATE crm.campaign_product held
SET source_digest = NULL, removed_at = now(), changed_at = now()
FROM product_change
WHERE held.campaign_product_id = product_change.campaign_product_id AND change = 'removed';
