INSERT INTO crm.sync_warning (sync_run_id, kind, bigcommerce_product_id, bigcommerce_variant_id, sku, reason)
SELECT %(sync_run_id)s, %(kind)s, %(bigcommerce_product_id)s, %(bigcommerce_variant_id)s, %(sku)s, %(reason)s
WHERE (SELECT count(*) FROM crm.sync_warning
       WHERE sync_run_id = %(sync_run_id)s AND kind = %(kind)s) < %(limit)s;
