SELECT run.*, source.store_hash
FROM crm.sync_run run JOIN crm.data_source source USING (data_source_id)
WHERE source.store_hash = %(store_hash)s
ORDER BY run.sync_run_id DESC
LIMIT %(limit)s;
