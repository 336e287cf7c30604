-- The variants of some products, at most so many of each: those with an override first, removed ones last.
SELECT variant.campaign_product_id, variant.variant_detail_id, variant.bigcommerce_variant_id, variant.sku,
       variant.name, variant.options, variant.price, variant.compare_at_price, variant.override_price,
       variant.price_in_effect, variant.purchasing_disabled, variant.removed_at, variant.siblings,
       change.changed_by AS override_changed_by, change.changed_at AS override_changed_at,
       pending.variant_detail_id IS NOT NULL AS is_pending
FROM unnest(%(campaign_product_ids)s::bigint[]) WITH ORDINALITY AS wanted (campaign_product_id, place)
CROSS JOIN LATERAL (
    SELECT *, count(*) OVER () AS siblings
    FROM crm.campaign_product_variant each
    WHERE each.campaign_product_id = wanted.campaign_product_id
    ORDER BY each.removed_at IS NOT NULL, each.override_price IS NULL, each.variant_detail_id
    LIMIT %(limit)s
) variant
LEFT JOIN LATERAL (
    SELECT changed_by, changed_at FROM crm.override_price_change
    WHERE override_price_change.variant_detail_id = variant.variant_detail_id
    ORDER BY override_price_change_id DESC
    LIMIT 1
) change ON true
-- looked up for each variant: as EXISTS, Postgres lists the pending custom fields of the whole store instead
LEFT JOIN LATERAL (
    SELECT variant_detail_id FROM crm.pending_custom_field
    WHERE data_source_id = %(data_source_id)s AND pending_custom_field.variant_detail_id = variant.variant_detail_id
    LIMIT 1
) pending ON true
ORDER BY wanted.place, variant.removed_at IS NOT NULL, variant.override_price IS NULL, variant.variant_detail_id;
