UPDATE crm.sync_run
SET step = 'writing custom fields', custom_fields_total = custom_fields_written + %(pending)s
WHERE sync_run_id = %(sync_run_id)s;
