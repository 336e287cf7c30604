SELECT kind, bigcommerce_product_id, bigcommerce_variant_id, sku, reason
FROM (
    SELECT *, row_number() OVER (PARTITION BY kind
                                 ORDER BY bigcommerce_product_id, bigcommerce_variant_id) AS place
    FROM crm.sync_warning
    WHERE sync_run_id = %(sync_run_id)s
) found
WHERE place <= %(limit)s
ORDER BY kind, place;
