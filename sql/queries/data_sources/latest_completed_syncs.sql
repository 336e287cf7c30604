-- The newest sync of each data source that brought the campaign up to date: no dry run, to its end.
SELECT run.data_source_id, run.sync_run_id, run.finished_at, run.counts
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT * FROM crm.sync_run
    WHERE sync_run.data_source_id = source.data_source_id AND status = 'Completed' AND NOT dry_run
    ORDER BY sync_run_id DESC
    LIMIT 1
) run
