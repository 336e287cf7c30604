-- A run that failed is In Progress until its DAG's callback has recorded the failure: the DAG must stay for it.
UPDATE crm.data_source SET state = 'inactive', updated_at = now()
WHERE store_hash = %(store_hash)s
  AND state = 'draining'
  AND NOT EXISTS (
      SELECT FROM crm.sync_run
      WHERE sync_run.data_source_id = data_source.data_source_id
        AND sync_run.status = 'In Progress'
        AND sync_run.dag_id IS NOT NULL
  )
