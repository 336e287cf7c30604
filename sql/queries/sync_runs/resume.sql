UPDATE crm.sync_run
SET status = 'In Progress', step = %(step)s, error = NULL, cancelled_by = NULL, finished_at = NULL
WHERE sync_run_id = %(sync_run_id)s;
