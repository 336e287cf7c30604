-- The last full syncs of every data source, or of some, oldest first.
SELECT run.sync_run_id, run.data_source_id, source.store_hash, run.dag_id, run.dag_run_id, run.dag_run_url,
       run.trigger, run.started_by, run.dry_run, run.allow_mass_removal, run.verify_custom_fields, run.status, run.step, run.error, run.action,
       run.summary, run.submitted_at, run.started_at, run.published_at, run.finished_at, run.products_total,
       run.products_pulled, run.custom_fields_total, run.custom_fields_written, run.requests, run.requests_least,
       run.counts
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT * FROM crm.sync_run
    WHERE sync_run.data_source_id = source.data_source_id AND only_product_ids IS NULL
    ORDER BY sync_run_id DESC
    LIMIT %(limit)s
) run
WHERE %(data_source_ids)s::bigint[] IS NULL OR source.data_source_id = ANY(%(data_source_ids)s)
ORDER BY source.data_source_id, run.sync_run_id;
