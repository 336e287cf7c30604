UPDATE crm.sync_run
SET status = 'Completed', step = '', error = NULL, cancelled_by = NULL, finished_at = clock_timestamp(),
    summary = %(summary)s, counts = %(counts)s, requests_least = %(requests_least)s
WHERE sync_run_id = %(sync_run_id)s;
