-- With the sync that failed last.
SELECT pause.failures, pause.until, run.sync_run_id, coalesce(run.error, '') AS error
FROM crm.change_pause pause
LEFT JOIN LATERAL (
    SELECT sync_run_id, error FROM crm.sync_run
    WHERE sync_run.data_source_id = pause.data_source_id AND only_product_ids IS NOT NULL
    ORDER BY sync_run_id DESC
    LIMIT 1
) run ON true
WHERE pause.data_source_id = %(data_source_id)s;
