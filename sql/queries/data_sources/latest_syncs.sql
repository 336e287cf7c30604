SELECT DISTINCT ON (data_source_id)
    data_source_id, sync_run_id, dag_run_id, dag_run_url, trigger, dry_run, status, step, summary, error,
    products_pulled, products_total, custom_fields_written, custom_fields_total,
    submitted_at, started_at, finished_at
FROM crm.sync_run
ORDER BY data_source_id, sync_run_id DESC
