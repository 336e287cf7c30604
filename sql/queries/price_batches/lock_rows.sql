-- Locks the variants of a preview, and finds those that are no longer as it shows them.
WITH locked AS MATERIALIZED (
    SELECT row.variant_detail_id, row.line_number, row.price_before, row.synced_price AS relied_on, variant.sku,
           variant.name, variant.override_price, variant.price
    FROM crm.price_batch_row row
    JOIN crm.campaign_product_variant variant USING (variant_detail_id)
    WHERE row.price_batch_id = %(price_batch_id)s
    ORDER BY row.variant_detail_id
    FOR UPDATE OF variant
)
SELECT variant_detail_id, line_number, sku, name
FROM locked
WHERE override_price IS DISTINCT FROM price_before OR (relied_on IS NOT NULL AND price <> relied_on)
ORDER BY line_number, variant_detail_id;
