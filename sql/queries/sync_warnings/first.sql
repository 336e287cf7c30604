SELECT kind, bigcommerce_product_id, bigcommerce_variant_id, sku, reason
FROM crm.sync_warning
WHERE sync_run_id = %(sync_run_id)s
ORDER BY kind, bigcommerce_product_id, bigcommerce_variant_id
LIMIT %(limit)s;
