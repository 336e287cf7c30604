-- The changes found, with the values that differ, for people. Prices are text so that they stay exact. What is there
-- already comes before what is new, because new rows may be the whole catalogue.
WITH described AS (
    SELECT change.change, 'product' AS kind, change.bigcommerce_product_id, NULL::bigint AS bigcommerce_variant_id,
           coalesce(staged.sku, held.sku) AS sku, coalesce(staged.name, held.name) AS name,
           CASE WHEN change.change <> 'new' THEN
               jsonb_build_object('name', held.name, 'sku', held.sku, 'visible', held.is_visible)
           END AS before,
           CASE WHEN change.change <> 'removed' THEN
               jsonb_build_object('name', staged.name, 'sku', staged.sku, 'visible', staged.is_visible)
           END AS after,
           ARRAY[CASE WHEN held.name = staged.name THEN 'name' END,
                 CASE WHEN held.sku = staged.sku THEN 'sku' END,
                 CASE WHEN held.is_visible = staged.is_visible THEN 'visible' END] AS same
    FROM product_change change
    LEFT JOIN staged_product staged USING (bigcommerce_product_id)
    LEFT JOIN crm.campaign_product held USING (campaign_product_id)
    UNION ALL
    SELECT change.change, 'variant', change.bigcommerce_product_id,
           coalesce(staged.bigcommerce_variant_id, held.bigcommerce_variant_id),
           coalesce(staged.sku, held.sku), coalesce(staged.name, held.name),
           CASE WHEN change.change <> 'new' THEN
               jsonb_build_object('name', held.name, 'sku', held.sku, 'price', held.price::text,
                                  'compare_at_price', held.compare_at_price::text,
                                  'purchasable', NOT held.purchasing_disabled, 'options', held.options,
                                  'bigcommerce_variant_id', held.bigcommerce_variant_id)
           END,
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
                 CASE WHEN held.options = staged.options OR change.change IN ('new', 'removed') THEN 'options' END,
                 CASE WHEN held.bigcommerce_variant_id = staged.bigcommerce_variant_id
                      THEN 'bigcommerce_variant_id' END]
    FROM variant_change change
    LEFT JOIN staged_variant staged
           ON staged.bigcommerce_product_id = change.bigcommerce_product_id
          AND staged.bigcommerce_variant_id = change.bigcommerce_variant_id
          AND change.change <> 'removed'
    LEFT JOIN crm.campaign_product_variant held USING (variant_detail_id)
), placed AS (
    SELECT *, row_number() OVER (ORDER BY change = 'new', bigcommerce_product_id, kind, sku, bigcommerce_variant_id) AS place
    FROM described
)
INSERT INTO crm.sync_change
    (sync_run_id, place, change, kind, bigcommerce_product_id, bigcommerce_variant_id, sku, name, before, after)
SELECT %(sync_run_id)s, place, change, kind, bigcommerce_product_id, bigcommerce_variant_id, sku, name,
       before - array_remove(same, NULL), after - array_remove(same, NULL)
FROM placed
WHERE place <= %(limit)s;
