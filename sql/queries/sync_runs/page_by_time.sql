SELECT run.sync_run_id, run.data_source_id, source.store_hash, run.dag_id, run.dag_run_id, run.dag_run_url,
       run.trigger, run.started_by, run.dry_run, run.allow_mass_removal, run.verify_custom_fields, run.status, run.step, run.error,
       run.summary, run.submitted_at, run.started_at, run.published_at, run.finished_at, run.products_total,
       run.products_pulled, run.custom_fields_total, run.custom_fields_written, run.requests, run.requests_least,
       run.counts
FROM crm.sync_run run JOIN crm.data_source source USING (data_source_id)
WHERE run.data_source_id = %(data_source_id)s AND run.submitted_at < %(before)s
ORDER BY run.submitted_at DESC
LIMIT %(limit)s;
