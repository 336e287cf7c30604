-- The next stretch of what people were told, oldest first; the newest of each data source and kind, which is what they
-- know, stays, and so does what may not have been told.
WITH stretch AS MATERIALIZED (
    SELECT alert_id, coalesce(told_at < %(before)s, true) AS is_old
    FROM crm.alert
    WHERE alert_id > %(after)s
    ORDER BY alert_id
    LIMIT %(limit)s
), doomed AS (
    SELECT told.alert_id
    FROM stretch JOIN crm.alert told USING (alert_id)
    WHERE told.told_at < %(before)s
      AND EXISTS (SELECT FROM crm.alert newer
                  WHERE newer.data_source_id = told.data_source_id AND newer.kind = told.kind
                    AND newer.alert_id > told.alert_id AND newer.told_at IS NOT NULL)
    FOR UPDATE OF told SKIP LOCKED
), deleted AS (
    DELETE FROM crm.alert told
    USING doomed
    WHERE told.alert_id = doomed.alert_id AND NOT %(dry_run)s
)
SELECT max(alert_id) AS last, coalesce(bool_and(is_old), false) AS goes_on,
       (SELECT count(*) FROM doomed) AS number
FROM stretch;
