-- One row for each data source, with what the list of stores shows of it: its newest full sync that has started, the
-- newest that brought the campaign up to date, its open orders, and whether its webhooks fail.
SELECT source.data_source_id, source.store_hash, source.store_name, source.state, source.auto_sync_minutes,
       source.paused_at, source.paused_by, source.tags,
       newest.status AS sync_status, newest.dag_run_id, newest.dry_run, newest.step, newest.error, newest.action,
       newest.would_remove_products, newest.would_remove_variants,
       newest.cancelled_by, newest.products_pulled, newest.products_total, newest.finished_at AS sync_ended_at,
       completed.sync_run_id AS completed_sync_run_id, completed.finished_at AS completed_at,
       coalesce(completed.counts, '{}')::text AS counts_json,
       coalesce(crm.is_late(source, completed.finished_at), false) AS is_late,
       orders.waiting, orders.uncertain, orders.found_twice, orders.rejected, orders.refunds_rejected,
       orders.not_shipped,
       source.changes_at_once AND coalesce(NOT hook.is_active AND hook.problem <> '', false) AS hooks_fail
FROM crm.data_source source
LEFT JOIN LATERAL (
    SELECT status, dag_run_id, dry_run, step, error, action, cancelled_by, products_pulled, products_total, finished_at,
           (counts ->> 'would_remove_products')::bigint AS would_remove_products,
           (counts ->> 'would_remove_variants')::bigint AS would_remove_variants
    FROM crm.sync_run
    WHERE sync_run.data_source_id = source.data_source_id AND only_product_ids IS NULL
    ORDER BY sync_run_id DESC
    LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
    SELECT sync_run_id, finished_at, counts
    FROM crm.sync_run
    WHERE sync_run.data_source_id = source.data_source_id AND only_product_ids IS NULL
      AND status = 'Completed' AND NOT dry_run
    ORDER BY sync_run_id DESC
    LIMIT 1
) completed ON true
JOIN crm.open_orders(%(late_before)s) orders ON orders.data_source_id = source.data_source_id
LEFT JOIN crm.store_hook hook ON hook.data_source_id = source.data_source_id
ORDER BY source.store_hash
