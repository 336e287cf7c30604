DELETE FROM crm.sync_change WHERE sync_run_id = %(sync_run_id)s;
