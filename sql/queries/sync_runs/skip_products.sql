UPDATE crm.sync_run
SET only_product_ids = ARRAY(SELECT unnest(only_product_ids) EXCEPT SELECT unnest(%(product_ids)s::bigint[]))
WHERE sync_run_id = %(sync_run_id)s;
