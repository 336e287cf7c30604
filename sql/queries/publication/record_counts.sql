UPDATE crm.sync_run SET counts = %(counts)s WHERE sync_run_id = %(sync_run_id)s;
