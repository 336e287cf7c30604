-- The changes found with the values that differ, for people. Prices are text so that they stay exact. What is there
-- already comes before what is new, because new rows may be the whole catalogue; for the same reason, `after` of a
-- new row has only what its other columns do not say. The sync's row is locked until all is committed, and nothing
-- is written without it. So changes need no foreign key, which would be checked for each of them.
WITH run AS (
    SELECT sync_run_id FROM crm.sync_run WHERE sync_run_id = %(sync_run_id)s FOR KEY SHARE
), held_already AS (
    SELECT change.change, 'product' AS kind, change.bigcommerce_product_id, NULL::bigint AS bigcommerce_variant_id,
           coalesce(staged.sku, held.sku) AS sku, coalesce(staged.name, held.name) AS name,
           jsonb_build_object('name', held.name, 'sku', held.sku, 'visible', held.is_visible) AS before,
           CASE WHEN change.change <> 'removed' THEN
               jsonb_build_object('name', staged.name, 'sku', staged.sku, 'visible', staged.is_visible)
           END AS after,
           ARRAY[CASE WHEN held.name = staged.name THEN 'name' END,
                 CASE WHEN held.sku = staged.sku THEN 'sku' END,
                 CASE WHEN held.is_visible = staged.is_visible THEN 'visible' END] AS same
    FROM product_change change
    JOIN crm.campaign_product held USING (campaign_product_id)
    LEFT JOIN staged_product staged
           ON staged.bigcommerce_product_id = change.bigcommerce_product_id AND change.change <> 'removed'
    UNION ALL
    SELECT change.change, 'variant', change.bigcommerce_product_id,
           coalesce(staged.bigcommerce_variant_id, held.bigcommerce_variant_id),
           coalesce(staged.sku, held.sku), coalesce(staged.name, held.name),
           jsonb_build_object('name', held.name, 'sku', held.sku, 'price', held.price::text,
                              'compare_at_price', held.compare_at_price::text,
                              'purchasable', NOT held.purchasing_disabled, 'options', held.options,
                              'bigcommerce_variant_id', held.bigcommerce_variant_id),
           CASE WHEN change.change <> 'removed' THEN
               jsonb_build_object('name', staged.name, 'sku', staged.sku, 'price', staged.price::text,
                                  'compare_at_price', staged.compare_at_price::text,
                                  'purchasable', NOT staged.purchasing_disabled, 'options', staged.options,
                                  'bigcommerce_variant_id', staged.bigcommerce_variant_id)
           END,
           ARRAY[CASE WHEN held.name = staged.name THEN 'name' END,
                 CASE WHEN held.sku = staged.sku THEN 'sku' END,
                 CASE WHEN held.price::text = staged.price::text THEN 'price' END,
                 CASE WHEN held.compare_at_price::text IS NOT DISTINCT FROM staged.compare_at_price::text
                      THEN 'compare_at_price' END,
                 CASE WHEN held.purchasing_disabled = staged.purchasing_disabled THEN 'purchasable' END,
                 CASE WHEN held.options = staged.options OR change.change = 'removed' THEN 'options' END,
                 CASE WHEN held.bigcommerce_variant_id = staged.bigcommerce_variant_id
                      THEN 'bigcommerce_variant_id' END]
    FROM variant_change change
    JOIN crm.campaign_product_variant held USING (variant_detail_id)
    LEFT JOIN staged_variant staged
           ON staged.bigcommerce_product_id = change.bigcommerce_product_id
          AND staged.bigcommerce_variant_id = change.bigcommerce_variant_id
          AND change.change <> 'removed'
), described AS (
    SELECT change, kind, bigcommerce_product_id, bigcommerce_variant_id, sku, name,
           before - array_remove(same, NULL) AS before, after - array_remove(same, NULL) AS after
    FROM held_already
    UNION ALL
    SELECT 'new', 'product', bigcommerce_product_id, NULL, sku, name, NULL,
           jsonb_build_object('visible', is_visible)
    FROM new_product
    UNION ALL
    SELECT 'new', 'variant', bigcommerce_product_id, bigcommerce_variant_id, sku, name, NULL,
           jsonb_build_object('price', price::text, 'compare_at_price', compare_at_price::text,
                              'purchasable', NOT purchasing_disabled)
    FROM new_variant
), placed AS (
    SELECT *,
           row_number() OVER (
               ORDER BY change = 'new', bigcommerce_product_id, kind, sku, bigcommerce_variant_id
           ) AS place
    FROM described
)
INSERT INTO crm.sync_change
    (sync_run_id, place, change, kind, bigcommerce_product_id, bigcommerce_variant_id, sku, name, before, after)
SELECT sync_run_id, place, change, kind, bigcommerce_product_id, bigcommerce_variant_id, sku, name, before, after
FROM run CROSS JOIN placed
WHERE place <= %(limit)s;
