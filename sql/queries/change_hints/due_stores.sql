-- Active stores (or one) with hints to act on, or with a quick look due. Their products wait while a sync is at work,
-- until the first sync made the campaign, and during the pause after a sync of changes failed. A sync is at work while
-- it holds the lock of sync_runs/lock.sql, which ends with its process, unless this connection holds it. A full sync of
-- Airflow holds it only during its steps, and is at work between them; if it made no progress for 9 hours, longer than
-- a task may take, it was stopped.
-- `is_flooded`: more products changed than are worth reading one by one; that counts once an hour.
WITH waiting AS MATERIALIZED (
    SELECT data_source_id,
           count(DISTINCT bigcommerce_id) FILTER (WHERE subject = 'product') AS products,
           count(*) FILTER (WHERE subject = 'order') AS orders
    FROM crm.change_hint
    WHERE handled_at IS NULL
    GROUP BY data_source_id
), locked AS MATERIALIZED (
    -- a lock's key is kept in two halves
    SELECT (classid::bigint << 32) | objid::bigint AS key
    FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
), found AS (
    SELECT source.data_source_id, source.store_hash, source.store_name, source.campaign_id, source.flooded_at,
           coalesce(waiting.orders, 0) > 0 AS has_orders,
           coalesce(source.quick_looked_at < now() - make_interval(mins => source.quick_sync_minutes),
                    source.quick_sync_minutes IS NOT NULL)
               AND source.campaign_id IS NOT NULL AS is_quick_look_due,
           CASE WHEN source.campaign_id IS NULL
                  OR (NOT %(lock_is_ours)s
                      AND EXISTS (SELECT FROM locked
                                  WHERE locked.key = hashtextextended('crm.product_sync ' || source.data_source_id, 0)))
                  OR EXISTS (SELECT FROM crm.sync_run run
                             WHERE run.data_source_id = source.data_source_id AND run.only_product_ids IS NULL
                               AND run.status = 'In Progress' AND run.dag_run_id IS NOT NULL
                               AND greatest(run.started_at, run.read_started_at, run.read_at, run.published_at)
                                   > now() - interval '9 hours')
                  OR EXISTS (SELECT FROM crm.change_pause pause
                             WHERE pause.data_source_id = source.data_source_id AND pause.until > now())
                THEN 0 ELSE coalesce(waiting.products, 0) END AS products
    FROM crm.data_source source LEFT JOIN waiting USING (data_source_id)
    WHERE source.state = 'active' AND source.paused_at IS NULL
      AND (waiting.data_source_id IS NOT NULL OR source.quick_sync_minutes IS NOT NULL)
      AND (%(store_hash)s::text IS NULL OR source.store_hash = %(store_hash)s)
), judged AS (
    SELECT found.*,
           found.products > %(flood)s
               AND found.products > %(flood_share)s * (SELECT count(*) FROM crm.campaign_product product
                                                       WHERE product.campaign_id = found.campaign_id
                                                         AND product.removed_at IS NULL) AS is_flooded
    FROM found
)
SELECT store_hash, store_name, has_orders, is_quick_look_due, products, is_flooded
FROM judged
WHERE has_orders OR is_quick_look_due
   OR (products > 0 AND NOT (is_flooded AND coalesce(flooded_at > now() - interval '1 hour', false)))
ORDER BY store_hash;
