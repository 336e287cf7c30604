DELETE FROM crm.sync_warning WHERE sync_run_id = %(sync_run_id)s;
