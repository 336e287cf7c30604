SELECT place, change, kind, bigcommerce_product_id, bigcommerce_variant_id, sku, name, before, after
FROM crm.sync_change
WHERE sync_run_id = %(sync_run_id)s
  AND place > %(after)s
  AND (%(change)s::text IS NULL OR change = %(change)s)
  AND (%(anywhere)s::text IS NULL OR searched LIKE lower(%(anywhere)s))
ORDER BY place
LIMIT %(limit)s;
