-- Its DAG has no run any more, so a sync of it that is still open is one whose end nobody could record.
WITH retired AS (
    UPDATE crm.data_source SET state = 'inactive', updated_at = now()
    WHERE store_hash = %(store_hash)s AND state = 'draining'
    RETURNING data_source_id
)
UPDATE crm.sync_run run
SET status = 'Failed', step = '', finished_at = clock_timestamp(), error = coalesce(run.error, %(sentence)s)
FROM retired
WHERE run.data_source_id = retired.data_source_id
  AND run.dag_id = %(dag_id)s
  AND run.status IN ('Submitted', 'In Progress')
