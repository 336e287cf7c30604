-- The last full syncs of each data source (dry runs and cancelled ones ignored), and its last reconciliation.
SELECT source.store_hash,
       newest.status,
       coalesce(ended.status = 'Failed', false) AS is_failing,
       late.data_source_id IS NOT NULL AS is_late,
       extract(epoch FROM clock_timestamp() - completed.finished_at)::float8 AS seconds_since_completed,
       extract(epoch FROM completed.finished_at - completed.started_at)::float8 AS last_sync_seconds,
       compared.findings
FROM crm.data_source source
LEFT JOIN LATERAL (
    SELECT status FROM crm.sync_run run
    WHERE run.data_source_id = source.data_source_id AND only_product_ids IS NULL AND NOT dry_run
    ORDER BY sync_run_id DESC
    LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
    SELECT status FROM crm.sync_run run
    WHERE run.data_source_id = source.data_source_id AND only_product_ids IS NULL AND NOT dry_run
      AND status IN ('Completed', 'Failed') AND cancelled_by IS NULL
    ORDER BY sync_run_id DESC
    LIMIT 1
) ended ON true
LEFT JOIN LATERAL (
    SELECT started_at, finished_at FROM crm.sync_run run
    WHERE run.data_source_id = source.data_source_id AND only_product_ids IS NULL AND NOT dry_run
      AND status = 'Completed'
    ORDER BY sync_run_id DESC
    LIMIT 1
) completed ON true
LEFT JOIN crm.late_data_source late USING (data_source_id)
LEFT JOIN (
    SELECT DISTINCT ON (data_source_id) data_source_id, findings
    FROM crm.order_reconciliation
    ORDER BY data_source_id, order_reconciliation_id DESC
) compared USING (data_source_id)
WHERE source.state <> 'inactive';
