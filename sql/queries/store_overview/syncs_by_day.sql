-- Full syncs of the last days by the day (UTC) on which they were requested; `products` and `variants` are those of
-- the campaign after the day's last sync that was published. Days without any are there, too, and all are dates in
-- UTC, whatever the time zone of the session is.
SELECT day, coalesce(completed, 0) AS completed, coalesce(failed, 0) AS failed,
       median_seconds, longest_seconds, products, variants
FROM (SELECT (now() AT TIME ZONE 'UTC')::date - ago AS day FROM generate_series(0, %(days)s - 1) ago) shown
LEFT JOIN (
    SELECT (submitted_at AT TIME ZONE 'UTC')::date AS day,
           count(*) FILTER (WHERE status = 'Completed') AS completed,
           count(*) FILTER (WHERE status = 'Failed') AS failed,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - started_at)::float)
               FILTER (WHERE status = 'Completed') AS median_seconds,
           max(extract(epoch FROM finished_at - started_at)::float)
               FILTER (WHERE status = 'Completed') AS longest_seconds,
           (array_agg((counts ->> 'products')::integer ORDER BY sync_run_id DESC)
               FILTER (WHERE published_at IS NOT NULL))[1] AS products,
           (array_agg((counts ->> 'variants')::integer ORDER BY sync_run_id DESC)
               FILTER (WHERE published_at IS NOT NULL))[1] AS variants
    FROM crm.sync_run
    WHERE data_source_id = %(data_source_id)s AND only_product_ids IS NULL
      AND submitted_at >= ((now() AT TIME ZONE 'UTC')::date - %(days)s + 1)::timestamp AT TIME ZONE 'UTC'
    GROUP BY 1
) found USING (day)
ORDER BY day;
