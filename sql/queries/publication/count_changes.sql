-- Each row is read once. Variants of unchanged products are listed and held alike, so only those of the others are
-- looked at one by one. No row of an unchanged product is quarantined: it was not translated.
WITH held AS (
    SELECT variant_detail_id, bigcommerce_variant_id, bigcommerce_product_id
    FROM held_variant
    WHERE removed_at IS NULL
), listed_sku AS MATERIALIZED (
    SELECT crm.sku_key(sku) AS key, count(*) AS variants, count(*) FILTER (WHERE is_unchanged) AS unchanged
    FROM listed_variant
    GROUP BY crm.sku_key(sku)
), listed AS (
    SELECT coalesce(sum(variants), 0)::bigint AS variants,
           coalesce(sum(unchanged), 0)::bigint AS unchanged,
           coalesce(sum(variants) FILTER (WHERE key = ''), 0)::bigint AS blank_skus,
           coalesce(sum(variants) FILTER (WHERE key <> '' AND variants > 1), 0)::bigint AS duplicate_skus
    FROM listed_sku
)
SELECT
    (SELECT count(*) FROM staged_product) + (SELECT count(*) FROM unchanged_product) AS products,
    listed.variants,
    -- to edit the options of a product replaces its variants: new ones make up for others of their product
    (SELECT coalesce(sum(greatest(removed - added, 0)), 0)::bigint
     FROM (SELECT count(*) FILTER (WHERE change = 'removed') AS removed,
                  count(*) FILTER (WHERE change IN ('new', 'revived')) AS added
           FROM variant_change
           WHERE bigcommerce_product_id IN (SELECT bigcommerce_product_id FROM variant_change
                                            WHERE change = 'removed')
           GROUP BY bigcommerce_product_id) product) AS variants_gone,
    (SELECT count(*)
     FROM held
     WHERE NOT EXISTS (SELECT FROM variant_change
                       WHERE variant_change.variant_detail_id = held.variant_detail_id)
       AND NOT EXISTS (SELECT FROM staged_variant staged
                       WHERE staged.bigcommerce_product_id = held.bigcommerce_product_id
                         AND staged.bigcommerce_variant_id = held.bigcommerce_variant_id)) AS variants_kept,
    (SELECT count(*) FROM held) + listed.unchanged AS variants_held,
    (SELECT coalesce(jsonb_object_agg(change, number), '{}')
     FROM (SELECT change, count(*) AS number FROM product_change GROUP BY change) changes) AS product_changes,
    (SELECT coalesce(jsonb_object_agg(change, number), '{}')
     FROM (SELECT change, count(*) AS number FROM variant_change GROUP BY change) changes) AS variant_changes,
    listed.blank_skus,
    listed.duplicate_skus
FROM listed;
