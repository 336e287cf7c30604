-- Full syncs of the last days by the day (UTC) on which they were requested; `products` and `variants` are those of the
-- campaign after the day's last sync that was published. Days without any are there, too.
SELECT day::date AS day, coalesce(completed, 0) AS completed, coalesce(failed, 0) AS failed,
       median_seconds, longest_seconds, products, variants
FROM generate_series(date_trunc('day', now(), 'UTC') - make_interval(days => %(days)s - 1), now(), interval '1 day') day
LEFT JOIN (
    SELECT date_trunc('day', submitted_at, 'UTC') AS day,
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
      AND submitted_at >= date_trunc('day', now(), 'UTC') - make_interval(days => %(days)s - 1)
    GROUP BY 1
) found USING (day)
ORDER BY day;
