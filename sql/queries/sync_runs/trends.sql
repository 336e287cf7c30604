-- The last syncs of every data source, oldest first.
SELECT source.data_source_id, run.sync_run_id, run.status, run.dry_run, run.finished_at,
       extract(epoch FROM coalesce(run.finished_at, clock_timestamp()) - run.started_at)::float AS seconds
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT * FROM crm.sync_run
    WHERE sync_run.data_source_id = source.data_source_id
    ORDER BY sync_run_id DESC
    LIMIT %(limit)s
) run
ORDER BY source.data_source_id, run.sync_run_id;
