UPDATE crm.sync_run SET requests = requests + %(requests)s WHERE sync_run_id = %(sync_run_id)s;
