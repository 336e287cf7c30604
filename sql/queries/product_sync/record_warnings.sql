WITH forgotten AS (
    DELETE FROM crm.sync_warning WHERE sync_run_id = %(sync_run_id)s
), quarantined_rows AS (
    SELECT 'quarantined' AS kind, bigcommerce_product_id, bigcommerce_variant_id, sku, reason
    FROM quarantined
    ORDER BY bigcommerce_product_id, bigcommerce_variant_id
    LIMIT %(limit)s
), blank AS (
    SELECT 'blank SKU', bigcommerce_product_id, bigcommerce_variant_id, sku,
           name || ' has no SKU, so checkout links cannot find it; give it one in BigCommerce and sync again.'
    FROM staged_variant
    WHERE btrim(sku) = ''
    ORDER BY bigcommerce_product_id, bigcommerce_variant_id
    LIMIT %(limit)s
), alike AS (
    SELECT *, count(*) OVER (PARTITION BY btrim(sku)) AS number FROM staged_variant WHERE btrim(sku) <> ''
), duplicate AS (
    SELECT 'duplicate SKU', bigcommerce_product_id, bigcommerce_variant_id, sku,
           number || ' variants share the SKU ' || sku
           || ', so checkout links cannot tell them apart; make it unique in BigCommerce and sync again.'
    FROM alike
    WHERE number > 1
    ORDER BY sku, bigcommerce_product_id, bigcommerce_variant_id
    LIMIT %(limit)s
)
INSERT INTO crm.sync_warning
    (kind, bigcommerce_product_id, bigcommerce_variant_id, sku, reason, sync_run_id)
SELECT found.*, %(sync_run_id)s
FROM (TABLE quarantined_rows UNION ALL TABLE blank UNION ALL TABLE duplicate) found;
