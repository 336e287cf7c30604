-- Orders of the last days by the day (UTC) on which they were pushed, or rejected and not fixed since. Days without any
-- are there, too. All days are dates in UTC, whatever the time zone of the session is.
SELECT day, coalesce(pushed, 0) AS pushed, coalesce(rejected, 0) AS rejected
FROM (SELECT (now() AT TIME ZONE 'UTC')::date - ago AS day FROM generate_series(0, %(days)s - 1) ago) shown
LEFT JOIN (
    SELECT (updated_at AT TIME ZONE 'UTC')::date AS day,
           count(*) FILTER (WHERE state = 'pushed') AS pushed,
           count(*) FILTER (WHERE state = 'rejected') AS rejected
    FROM crm.order_push
    WHERE data_source_id = %(data_source_id)s
      AND state IN ('pushed', 'rejected')
      AND updated_at >= ((now() AT TIME ZONE 'UTC')::date - %(days)s + 1)::timestamp AT TIME ZONE 'UTC'
    GROUP BY 1
) settled USING (day)
ORDER BY day;
