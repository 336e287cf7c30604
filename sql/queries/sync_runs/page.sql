SELECT run.*, source.store_hash
FROM crm.sync_run run JOIN crm.data_source source USING (data_source_id)
WHERE run.data_source_id = %(data_source_id)s AND run.sync_run_id < %(before)s
ORDER BY run.sync_run_id DESC
LIMIT %(limit)s;
