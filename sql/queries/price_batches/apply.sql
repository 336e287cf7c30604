-- Sets the prices of a preview, keeps who did it, and forgets the preview's rows, which the history now holds.
WITH moved AS (
    DELETE FROM crm.price_batch_row
    WHERE price_batch_id = %(price_batch_id)s
    RETURNING variant_detail_id, price_before, price_after
), changed AS (
    UPDATE crm.campaign_product_variant variant
    SET override_price = moved.price_after
    FROM moved
    WHERE variant.variant_detail_id = moved.variant_detail_id
), history AS (
    INSERT INTO crm.override_price_change (variant_detail_id, price_before, price_after, changed_by, price_batch_id)
    SELECT variant_detail_id, price_before, price_after, %(applied_by)s, %(price_batch_id)s FROM moved
)
UPDATE crm.price_batch
SET applied_by = %(applied_by)s, applied_at = clock_timestamp()
WHERE price_batch_id = %(price_batch_id)s;
