-- What the store said about itself to the newest full sync, unless that is too long ago.
SELECT store_name, currency_code
FROM (
    SELECT store_name, currency_code, read_started_at
    FROM crm.sync_run
    WHERE data_source_id = %(data_source_id)s AND only_product_ids IS NULL AND read_started_at IS NOT NULL
    ORDER BY sync_run_id DESC
    LIMIT 1
) newest
WHERE read_started_at > now() - make_interval(mins => %(within_minutes)s);
