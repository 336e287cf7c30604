UPDATE crm.sync_run
SET status = 'Failed', step = '', finished_at = clock_timestamp(), error = %(sentence)s, action = '',
    cancelled_by = %(person)s
WHERE dag_id = %(dag_id)s AND dag_run_id = ANY(%(dag_run_ids)s) AND status IN ('Submitted', 'In Progress');
