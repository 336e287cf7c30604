-- The next stretch of the history of syncs, oldest first: what ended before then goes, warnings and all. Of each data
-- source stay: its newest syncs; the newest Completed, whose numbers people see; the newest published, whose warnings
-- products are filtered by; and the published one that read the store last, before which none may be published.
WITH stretch AS MATERIALIZED (
    SELECT sync_run_id, data_source_id, submitted_at
    FROM crm.sync_run
    WHERE sync_run_id > %(after)s
    ORDER BY sync_run_id
    LIMIT %(limit)s
), kept AS MATERIALIZED (
    SELECT needed.sync_run_id
    FROM (SELECT DISTINCT data_source_id FROM stretch) source
    CROSS JOIN LATERAL (
        (SELECT sync_run_id FROM crm.sync_run run
         WHERE run.data_source_id = source.data_source_id
         ORDER BY sync_run_id DESC
         LIMIT %(newest)s)
        UNION ALL
        (SELECT sync_run_id FROM crm.sync_run run
         WHERE run.data_source_id = source.data_source_id AND status = 'Completed' AND NOT dry_run
         ORDER BY sync_run_id DESC
         LIMIT 1)
        UNION ALL
        (SELECT sync_run_id FROM crm.sync_run run
         WHERE run.data_source_id = source.data_source_id AND published_at IS NOT NULL
         ORDER BY sync_run_id DESC
         LIMIT 1)
        UNION ALL
        (SELECT sync_run_id FROM crm.sync_run run
         WHERE run.data_source_id = source.data_source_id AND published_at IS NOT NULL
         ORDER BY read_started_at DESC
         LIMIT 1)
    ) needed
), doomed AS (
    SELECT run.sync_run_id
    FROM stretch JOIN crm.sync_run run USING (sync_run_id)
    WHERE run.finished_at < %(before)s
      AND NOT EXISTS (SELECT FROM kept WHERE kept.sync_run_id = run.sync_run_id)
    FOR UPDATE OF run SKIP LOCKED
), deleted AS (
    DELETE FROM crm.sync_run run
    USING doomed
    WHERE run.sync_run_id = doomed.sync_run_id AND NOT %(dry_run)s
)
SELECT max(sync_run_id) AS last, coalesce(bool_and(submitted_at < %(before)s), false) AS goes_on,
       (SELECT count(*) FROM doomed) AS number
FROM stretch;
