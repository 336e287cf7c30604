-- What an earlier attempt of the sync found is forgotten. Without a campaign, nothing of the store is published yet.
WITH forgotten AS (DELETE FROM crm.sync_change WHERE sync_run_id = %(sync_run_id)s)
UPDATE crm.sync_run
SET step = 'reading products', read_started_at = clock_timestamp(), read_at = NULL, published_at = NULL,
    pages = NULL, products_total = 0, products_pulled = 0, custom_fields_total = 0, custom_fields_written = 0,
    counts = '{}',
    store_name = %(store_name)s, currency_code = %(currency_code)s
WHERE sync_run_id = %(sync_run_id)s
RETURNING (SELECT campaign_id IS NOT NULL FROM crm.data_source source
           WHERE source.data_source_id = sync_run.data_source_id) AS has_campaign;
