-- The same for variants. BigCommerce deletes and recreates variants (new ids, same SKU) when options are edited:
-- a newcomer whose SKU is that of exactly one variant of the same product that vanished is that variant
-- ("relinked"; people read "matched to a new id") and keeps its ids and override. Where the SKU is blank or not unique
-- there is no telling, and no guess is made.
CREATE TEMPORARY TABLE variant_change ON COMMIT DROP AS
WITH matched AS MATERIALIZED (
    SELECT staged.bigcommerce_product_id, staged.bigcommerce_variant_id, staged.sku,
           held.variant_detail_id,
           held.removed_at IS NOT NULL AS was_removed,
           held.content_hash IS NOT DISTINCT FROM staged.content_hash AS same
    FROM staged_variant staged
    LEFT JOIN held_variant held USING (bigcommerce_product_id, bigcommerce_variant_id)
), newcomer AS (
    SELECT bigcommerce_product_id, bigcommerce_variant_id, crm.sku_key(sku) AS sku,
           count(*) OVER (PARTITION BY bigcommerce_product_id, crm.sku_key(sku)) AS alike
    FROM matched
    WHERE variant_detail_id IS NULL
), missing AS MATERIALIZED (
    SELECT held.*
    FROM held_variant held
    WHERE NOT EXISTS (SELECT FROM staged_variant staged
                      WHERE staged.bigcommerce_product_id = held.bigcommerce_product_id
                        AND staged.bigcommerce_variant_id = held.bigcommerce_variant_id)
      AND NOT EXISTS (SELECT FROM quarantined WHERE quarantined.bigcommerce_product_id IS NULL)
      AND NOT EXISTS (SELECT FROM quarantined
                      WHERE quarantined.bigcommerce_product_id = held.bigcommerce_product_id
                        AND (quarantined.bigcommerce_variant_id IS NULL
                             OR quarantined.bigcommerce_variant_id = held.bigcommerce_variant_id))
), predecessor AS (
    -- among those with the same SKU: the one not removed yet, else the one removed last
    SELECT bigcommerce_product_id, variant_detail_id, crm.sku_key(sku) AS sku,
           row_number() OVER (PARTITION BY bigcommerce_product_id, crm.sku_key(sku)
                              ORDER BY removed_at DESC NULLS FIRST, variant_detail_id DESC) AS place,
           count(*) FILTER (WHERE removed_at IS NULL)
               OVER (PARTITION BY bigcommerce_product_id, crm.sku_key(sku)) AS alike
    FROM missing
    WHERE crm.sku_key(sku) <> ''
), relinked AS MATERIALIZED (
    SELECT newcomer.bigcommerce_product_id, newcomer.bigcommerce_variant_id, predecessor.variant_detail_id
    FROM newcomer JOIN predecessor USING (bigcommerce_product_id, sku)
    WHERE newcomer.alike = 1 AND predecessor.place = 1 AND predecessor.alike <= 1
)
SELECT matched.bigcommerce_product_id, matched.bigcommerce_variant_id,
       coalesce(matched.variant_detail_id, relinked.variant_detail_id) AS variant_detail_id,
       CASE WHEN relinked.variant_detail_id IS NOT NULL THEN 'relinked'
            WHEN matched.variant_detail_id IS NULL THEN 'new'
            WHEN matched.was_removed THEN 'revived'
            ELSE 'changed' END AS change
FROM matched LEFT JOIN relinked USING (bigcommerce_product_id, bigcommerce_variant_id)
WHERE matched.variant_detail_id IS NULL OR matched.was_removed OR NOT matched.same
UNION ALL
SELECT missing.bigcommerce_product_id, missing.bigcommerce_variant_id, missing.variant_detail_id, 'removed'
FROM missing
WHERE missing.removed_at IS NULL
  AND NOT EXISTS (SELECT FROM relinked WHERE relinked.variant_detail_id = missing.variant_detail_id);
