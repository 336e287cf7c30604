-- A sync of the command line, or of changes, is In Progress only while its process
-- holds the lock of sync_runs/lock.sql.
UPDATE crm.sync_run run
SET status = 'Failed', step = '', finished_at = clock_timestamp(), error = coalesce(run.error, %(sentence)s),
    action = CASE WHEN run.error IS NULL THEN 'start_again' ELSE run.action END
WHERE run.status = 'In Progress'
  AND run.dag_id IS NULL
  AND NOT EXISTS (
      SELECT FROM pg_locks
      WHERE locktype = 'advisory' AND objsubid = 1 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        -- a lock's key is kept in two halves
        AND (classid::bigint << 32) | objid::bigint
            = hashtextextended('crm.product_sync ' || run.data_source_id, 0));
