SELECT sync_run_id FROM crm.sync_run WHERE dag_id = %(dag_id)s AND dag_run_id = %(dag_run_id)s;
