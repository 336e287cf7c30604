UPDATE crm.sync_run
SET status = 'Failed', step = '', finished_at = clock_timestamp(), error = coalesce(error, %(sentence)s),
    action = CASE WHEN error IS NULL THEN %(action)s ELSE action END
WHERE sync_run_id = %(sync_run_id)s AND status IN ('Submitted', 'In Progress');
