-- What a full sync read after a hint was received has the change in it.
UPDATE crm.change_hint hint
SET handled_at = clock_timestamp()
FROM crm.sync_run run
WHERE run.sync_run_id = %(sync_run_id)s
  AND hint.data_source_id = run.data_source_id AND hint.subject = 'product' AND hint.handled_at IS NULL
  AND hint.received_at < run.read_started_at;
