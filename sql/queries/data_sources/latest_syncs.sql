SELECT run.data_source_id, run.sync_run_id, run.dag_run_id, run.dag_run_url, run.trigger, run.dry_run, run.status,
       run.step, run.summary, run.error, run.products_pulled, run.products_total, run.custom_fields_written,
       run.custom_fields_total, run.submitted_at, run.started_at, run.finished_at
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT * FROM crm.sync_run
    WHERE sync_run.data_source_id = source.data_source_id
    ORDER BY sync_run_id DESC
    LIMIT 1
) run
