-- One row for each data source, with what the list of stores shows of it: its newest full sync that has started, the
-- newest that brought the campaign up to date, its open orders, those whose refund was rejected or that are still to be
-- shipped long after they were completed, and whether its webhooks fail. Other pushed orders, nearly all, are not touched.
SELECT source.data_source_id, source.store_hash, source.store_name, source.state, source.auto_sync_minutes,
       source.paused_at, source.paused_by, source.tags,
       newest.status AS sync_status, newest.dag_run_id, newest.dry_run, newest.step, newest.error, newest.action, newest.cancelled_by,
       newest.products_pulled, newest.products_total, newest.finished_at AS sync_ended_at,
       completed.sync_run_id AS completed_sync_run_id, completed.finished_at AS completed_at,
       coalesce(completed.counts, '{}')::text AS counts_json,
       coalesce(crm.is_late(source, completed.finished_at), false) AS is_late,
       coalesce(orders.waiting, 0) AS waiting, coalesce(orders.uncertain, 0) AS uncertain,
       coalesce(orders.doubled, 0) AS doubled, coalesce(orders.rejected, 0) AS rejected,
       coalesce(refunds.number, 0) AS refunds_rejected,
       coalesce(unshipped.number, 0) AS not_shipped,
       source.changes_at_once AND coalesce(NOT hook.is_active AND hook.problem <> '', false) AS hooks_fail
FROM crm.data_source source
LEFT JOIN LATERAL (
    SELECT status, dag_run_id, dry_run, step, error, action, cancelled_by, products_pulled, products_total, finished_at
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
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE push.state IN ('pending', 'sending')) AS waiting,
           count(*) FILTER (WHERE push.state = 'uncertain') AS uncertain,
           count(*) FILTER (WHERE push.state = 'uncertain' AND push.next_attempt_at IS NULL) AS doubled,
           count(*) FILTER (WHERE push.state = 'rejected') AS rejected
    FROM crm.order_push push
    WHERE push.data_source_id = source.data_source_id
      AND push.state IN ('pending', 'sending', 'uncertain', 'rejected')
) orders ON true
LEFT JOIN (
    SELECT data_source_id, count(DISTINCT order_id) AS number
    FROM crm.order_reversal
    WHERE state = 'rejected'
    GROUP BY data_source_id
) refunds ON refunds.data_source_id = source.data_source_id
LEFT JOIN (
    SELECT known.data_source_id, count(*) AS number
    FROM crm.store_order known
    JOIN crm.customer_order sold USING (order_id)
    WHERE known.is_unshipped AND sold.completed_at < %(late_before)s
    GROUP BY known.data_source_id
) unshipped ON unshipped.data_source_id = source.data_source_id
LEFT JOIN crm.store_hook hook ON hook.data_source_id = source.data_source_id
ORDER BY source.store_hash
