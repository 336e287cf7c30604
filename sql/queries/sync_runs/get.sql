SELECT run.*, source.store_hash
FROM crm.sync_run run JOIN crm.data_source source USING (data_source_id)
WHERE run.sync_run_id = %(sync_run_id)s;
