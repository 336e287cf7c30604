-- Syncs of Airflow that have not ended, as far as we know.
SELECT sync_run_id, dag_id, dag_run_id FROM crm.sync_run
WHERE status IN ('Submitted', 'In Progress') AND dag_run_id IS NOT NULL;
