-- The first variants that the checkout redirect cannot find, or cannot tell apart. It compares SKUs without case.
WITH blank AS (
    SELECT 'blank SKU' AS kind, bigcommerce_product_id, bigcommerce_variant_id, sku, name, 1 AS alike
    FROM staged_variant
    WHERE crm.sku_key(sku) = ''
    ORDER BY bigcommerce_product_id, bigcommerce_variant_id
    LIMIT %(limit)s
), counted AS (
    SELECT *, count(*) OVER (PARTITION BY crm.sku_key(sku)) AS alike
    FROM staged_variant
    WHERE crm.sku_key(sku) <> ''
), duplicate AS (
    SELECT 'duplicate SKU', bigcommerce_product_id, bigcommerce_variant_id, sku, name, alike::integer
    FROM counted
    WHERE alike > 1
    ORDER BY crm.sku_key(sku), bigcommerce_product_id, bigcommerce_variant_id
    LIMIT %(limit)s
)
TABLE blank UNION ALL TABLE duplicate;
