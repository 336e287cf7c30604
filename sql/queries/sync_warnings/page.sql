SELECT sync_warning_id, kind, bigcommerce_product_id, bigcommerce_variant_id, sku, reason
FROM crm.sync_warning
WHERE sync_run_id = %(sync_run_id)s
  AND sync_warning_id > %(after)s
  AND (%(kind)s::text IS NULL OR kind = %(kind)s)
  AND (%(anywhere)s::text IS NULL OR sku ILIKE %(anywhere)s OR reason ILIKE %(anywhere)s)
ORDER BY sync_warning_id
LIMIT %(limit)s;
