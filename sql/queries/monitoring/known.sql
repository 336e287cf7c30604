-- What people know: the newest telling of each data source and kind, and when they last heard of a trouble.
SELECT DISTINCT ON (data_source_id, kind)
       data_source_id, source.store_hash, source.store_name, source.state = 'active' AS is_active,
       kind, change, number, newest, detail,
       max(told_at) FILTER (WHERE change IN ('new', 'changed')) OVER (PARTITION BY data_source_id, kind) AS alarmed_at
FROM crm.alert JOIN crm.data_source source USING (data_source_id)
ORDER BY data_source_id, kind, alert_id DESC;
