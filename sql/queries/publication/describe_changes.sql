-- The first changes, with what was and what comes, for people. Prices are text so that they stay exact.
WITH described AS (
    SELECT change.change, 'product' AS kind, coalesce(staged.sku, held.sku) AS sku,
           coalesce(staged.name, held.name) AS name, change.bigcommerce_product_id AS place,
           jsonb_build_object('name', held.name, 'visible', held.is_visible) AS before,
           jsonb_build_object('name', staged.name, 'visible', staged.is_visible) AS after
    FROM product_change change
    LEFT JOIN staged_product staged USING (bigcommerce_product_id)
    LEFT JOIN crm.campaign_product held USING (campaign_product_id)
    UNION ALL
    SELECT change.change, 'variant', coalesce(staged.sku, held.sku), coalesce(staged.name, held.name),
           change.bigcommerce_product_id,
           jsonb_build_object('name', held.name, 'sku', held.sku, 'price', held.price::text,
                              'compare_at_price', held.compare_at_price::text,
                              'purchasable', NOT held.purchasing_disabled,
                              'bigcommerce_variant_id', held.bigcommerce_variant_id),
           jsonb_build_object('name', staged.name, 'sku', staged.sku, 'price', staged.price::text,
                              'compare_at_price', staged.compare_at_price::text,
                              'purchasable', NOT staged.purchasing_disabled,
                              'bigcommerce_variant_id', staged.bigcommerce_variant_id)
    FROM variant_change change
    LEFT JOIN staged_variant staged
           ON staged.bigcommerce_product_id = change.bigcommerce_product_id
          AND staged.bigcommerce_variant_id = change.bigcommerce_variant_id
          AND change.change <> 'removed'
    LEFT JOIN crm.campaign_product_variant held USING (variant_detail_id)
), first AS (
    SELECT * FROM described ORDER BY (change = 'new'), place, kind, sku LIMIT %(limit)s
)
SELECT coalesce(jsonb_agg(jsonb_build_object(
           'change', change, 'kind', kind, 'sku', sku, 'name', name,
           'before', CASE WHEN change = 'new' THEN NULL ELSE before END,
           'after', CASE WHEN change = 'removed' THEN NULL ELSE after END)), '[]') AS changes
FROM first;
