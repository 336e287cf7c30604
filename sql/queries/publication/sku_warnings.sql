-- The first variants that the checkout redirect cannot find, or cannot tell apart. It compares SKUs without case.
WITH blank AS (
    SELECT 'blank SKU' AS kind, bigcommerce_product_id, bigcommerce_variant_id, sku, name, 1 AS alike
    FROM listed_variant
    WHERE crm.sku_key(sku) = ''
    ORDER BY bigcommerce_product_id, bigcommerce_variant_id
    LIMIT %(limit)s
), shared AS (
    SELECT crm.sku_key(sku) AS key, count(*)::integer AS alike
    FROM listed_variant
    GROUP BY crm.sku_key(sku)
    HAVING count(*) > 1 AND crm.sku_key(sku) <> ''
), duplicate AS (
    SELECT 'duplicate SKU', bigcommerce_product_id, bigcommerce_variant_id, sku, name, alike
    FROM listed_variant JOIN shared ON crm.sku_key(sku) = shared.key
    ORDER BY shared.key, bigcommerce_product_id, bigcommerce_variant_id
    LIMIT %(limit)s
)
TABLE blank UNION ALL TABLE duplicate;
