UPDATE crm.sync_run SET published_at = clock_timestamp() WHERE sync_run_id = %(sync_run_id)s;
