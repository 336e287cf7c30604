UPDATE crm.sync_run SET store_name = %(store_name)s, currency_code = %(currency_code)s
WHERE sync_run_id = %(sync_run_id)s;
