-- Orders of the last days by the day (UTC) on which they were pushed, or rejected and not fixed since. Days without
-- any are there, too.
SELECT day::date AS day, coalesce(pushed, 0) AS pushed, coalesce(rejected, 0) AS rejected
FROM generate_series(date_trunc('day', now(), 'UTC') - make_interval(days => %(days)s - 1), now(), interval '1 day') day
LEFT JOIN (
    SELECT date_trunc('day', updated_at, 'UTC') AS day,
           count(*) FILTER (WHERE state = 'pushed') AS pushed,
           count(*) FILTER (WHERE state = 'rejected') AS rejected
    FROM crm.order_push
    WHERE data_source_id = %(data_source_id)s
      AND state IN ('pushed', 'rejected')
      AND updated_at >= date_trunc('day', now(), 'UTC') - make_interval(days => %(days)s - 1)
    GROUP BY 1
) settled USING (day)
ORDER BY day;
