UPDATE crm.sync_run SET read_at = clock_timestamp(), products_total = products_pulled
WHERE sync_run_id = %(sync_run_id)s;
