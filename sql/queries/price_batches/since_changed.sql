-- Locks the variants that a batch changed; what each had before and has now, and the last change of its price.
WITH locked AS MATERIALIZED (
    SELECT change.override_price_change_id, change.variant_detail_id, change.price_before, change.price_after,
           variant.override_price, variant.sku, variant.name
    FROM crm.override_price_change change
    JOIN crm.campaign_product_variant variant USING (variant_detail_id)
    WHERE change.price_batch_id = %(price_batch_id)s
    ORDER BY change.variant_detail_id
    FOR UPDATE OF variant
)
SELECT locked.variant_detail_id, locked.price_before, locked.price_after, locked.sku, locked.name,
       newer.changed_by AS changed_since_by,
       newer.changed_by IS NOT NULL OR locked.override_price IS DISTINCT FROM locked.price_after AS is_changed_since
FROM locked
LEFT JOIN LATERAL (
    SELECT changed_by FROM crm.override_price_change change
    WHERE change.variant_detail_id = locked.variant_detail_id
      AND change.override_price_change_id > locked.override_price_change_id
    ORDER BY change.override_price_change_id DESC
    LIMIT 1
) newer ON true
ORDER BY locked.variant_detail_id;
