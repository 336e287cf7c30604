UPDATE crm.sync_run SET custom_fields_written = custom_fields_written + %(written)s
WHERE sync_run_id = %(sync_run_id)s;
