UPDATE crm.sync_run SET read_at = clock_timestamp(), products_total = products_pulled, pages = %(pages)s
WHERE sync_run_id = %(sync_run_id)s;
