-- The last confirmed report of each data source and kind (an unconfirmed one only if there is no other), when a report
-- last said that the problem exists, and whether one is unclear: announced, but neither confirmed nor withdrawn.
SELECT DISTINCT ON (data_source_id, kind)
       data_source_id, source.store_hash, source.store_name,
       source.state = 'active' AND source.paused_at IS NULL AS is_active,
       kind, change, number, newest, detail,
       max(told_at) FILTER (WHERE change IN ('new', 'changed')) OVER of_kind AS alarmed_at,
       bool_or(told_at IS NULL) OVER of_kind AS is_unclear
FROM crm.alert JOIN crm.data_source source USING (data_source_id)
WINDOW of_kind AS (PARTITION BY data_source_id, kind)
ORDER BY data_source_id, kind, told_at IS NULL, alert_id DESC;
