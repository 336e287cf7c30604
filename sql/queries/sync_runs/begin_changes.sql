-- A sync of changes that failed and changed nothing here is continued by the next one, so that a store which is
-- unavailable for hours, or refuses what is written to it, has one failed sync and not hundreds.
WITH continued AS (
    UPDATE crm.sync_run
    SET only_product_ids = %(product_ids)s, dag_run_url = %(dag_run_url)s, status = 'In Progress',
        step = 'reading products', error = NULL, action = '', finished_at = NULL, started_at = clock_timestamp(),
        published_at = NULL
    WHERE sync_run_id = (SELECT sync_run_id FROM crm.sync_run
                         WHERE data_source_id = %(data_source_id)s AND only_product_ids IS NOT NULL
                         ORDER BY sync_run_id DESC
                         LIMIT 1)
      AND status <> 'Completed'
      AND (published_at IS NULL OR NOT EXISTS (SELECT FROM crm.sync_change change
                                               WHERE change.sync_run_id = sync_run.sync_run_id))
    RETURNING sync_run_id
), added AS (
    INSERT INTO crm.sync_run
        (data_source_id, only_product_ids, dag_run_url, trigger, status, step, started_at)
    SELECT %(data_source_id)s, %(product_ids)s, %(dag_run_url)s, 'store change', 'In Progress', 'reading products',
           clock_timestamp()
    WHERE NOT EXISTS (SELECT FROM continued)
    RETURNING sync_run_id
)
TABLE continued UNION ALL TABLE added;
