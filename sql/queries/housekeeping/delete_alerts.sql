-- The next batch of alerts, oldest first. The last delivered alert of each data source and kind, which is what people
-- know, is kept, and so are alerts that may not have been delivered.
WITH batch AS MATERIALIZED (
    SELECT alert_id, coalesce(told_at < %(before)s, true) AS is_old
    FROM crm.alert
    WHERE alert_id > %(after)s
    ORDER BY alert_id
    LIMIT %(limit)s
), chosen AS (
    SELECT alert.alert_id
    FROM batch JOIN crm.alert alert USING (alert_id)
    WHERE alert.told_at < %(before)s
      AND EXISTS (SELECT FROM crm.alert newer
                  WHERE newer.data_source_id = alert.data_source_id AND newer.kind = alert.kind
                    AND newer.alert_id > alert.alert_id AND newer.told_at IS NOT NULL)
    FOR UPDATE OF alert SKIP LOCKED
), deleted AS (
    DELETE FROM crm.alert alert
    USING chosen
    WHERE alert.alert_id = chosen.alert_id AND NOT %(dry_run)s
)
SELECT max(alert_id) AS last, coalesce(bool_and(is_old), false) AS goes_on,
       (SELECT count(*) FROM chosen) AS number
FROM batch;
