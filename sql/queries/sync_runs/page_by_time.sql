SELECT run.*, source.store_hash
FROM crm.sync_run run JOIN crm.data_source source USING (data_source_id)
WHERE run.data_source_id = %(data_source_id)s AND run.submitted_at < %(before)s
ORDER BY run.submitted_at DESC
LIMIT %(limit)s;
