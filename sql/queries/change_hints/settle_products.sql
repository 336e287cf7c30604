-- Hints that were received while the products were read may be about a later change: they stay.
UPDATE crm.change_hint hint
SET handled_at = clock_timestamp()
FROM crm.sync_run run
WHERE run.sync_run_id = %(sync_run_id)s
  AND hint.data_source_id = run.data_source_id AND hint.subject = 'product' AND hint.handled_at IS NULL
  AND hint.bigcommerce_id = ANY(%(product_ids)s)
  AND hint.received_at < run.read_started_at;
