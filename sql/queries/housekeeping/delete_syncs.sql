-- The next batch of syncs, oldest first. Syncs that finished before that time are deleted with their changes and
-- warnings. These are kept for each data source: its newest full syncs; the newest Completed one, whose numbers
-- people see; the newest published one, whose warnings filter the products; and the published sync that read the
-- store last, because no sync that read the store before it may be published.
WITH batch AS MATERIALIZED (
    SELECT sync_run_id, data_source_id, submitted_at
    FROM crm.sync_run
    WHERE sync_run_id > %(after)s
    ORDER BY sync_run_id
    LIMIT %(limit)s
), kept AS MATERIALIZED (
    SELECT needed.sync_run_id
    FROM (SELECT DISTINCT data_source_id FROM batch) source
    CROSS JOIN LATERAL (
        (SELECT sync_run_id FROM crm.sync_run run
         WHERE run.data_source_id = source.data_source_id AND only_product_ids IS NULL
         ORDER BY sync_run_id DESC
         LIMIT %(newest)s)
        UNION ALL
        (SELECT sync_run_id FROM crm.sync_run run
         WHERE run.data_source_id = source.data_source_id AND only_product_ids IS NULL AND status = 'Completed'
           AND NOT dry_run
         ORDER BY sync_run_id DESC
         LIMIT 1)
        UNION ALL
        (SELECT sync_run_id FROM crm.sync_run run
         WHERE run.data_source_id = source.data_source_id AND only_product_ids IS NULL AND published_at IS NOT NULL
         ORDER BY sync_run_id DESC
         LIMIT 1)
        UNION ALL
        (SELECT sync_run_id FROM crm.sync_run run
         WHERE run.data_source_id = source.data_source_id AND published_at IS NOT NULL
         ORDER BY read_started_at DESC
         LIMIT 1)
    ) needed
), chosen AS (
    SELECT run.sync_run_id
    FROM batch JOIN crm.sync_run run USING (sync_run_id)
    WHERE run.finished_at < %(before)s
      AND NOT EXISTS (SELECT FROM kept WHERE kept.sync_run_id = run.sync_run_id)
    FOR UPDATE OF run SKIP LOCKED
), changes AS (
    -- they have no foreign key to their sync (publication/record_changes.sql)
    DELETE FROM crm.sync_change change
    USING chosen
    WHERE change.sync_run_id = chosen.sync_run_id AND NOT %(dry_run)s
), deleted AS (
    DELETE FROM crm.sync_run run
    USING chosen
    WHERE run.sync_run_id = chosen.sync_run_id AND NOT %(dry_run)s
)
SELECT max(sync_run_id) AS last, coalesce(bool_and(submitted_at < %(before)s), false) AS goes_on,
       (SELECT count(*) FROM chosen) AS number
FROM batch;
