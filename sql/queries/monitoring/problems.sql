-- The current problems of active data sources, but for paused ones, and scripts left behind in any: one row for each
-- data source and kind of problem. Orders decided within the last moments (settled_seconds) are left to the next
-- check: another row of the same moment may not be committed yet, and a `newest` that was reported must never be
-- followed by an older one. Rejected orders are the only problem that can pile up. They are counted for all stores
-- in one go, so this takes time in proportion to their number, once, and not for each store.
WITH rejected AS MATERIALIZED (
    SELECT data_source_id, count(*) AS number, min(updated_at) AS oldest, max(updated_at) AS newest
    FROM crm.order_push
    WHERE state = 'rejected' AND updated_at < now() - make_interval(secs => %(settled_seconds)s)
    GROUP BY data_source_id
)
SELECT source.data_source_id, source.store_hash, source.store_name, source.auto_sync_minutes, problem.*
FROM crm.data_source source
LEFT JOIN rejected USING (data_source_id)
CROSS JOIN LATERAL (
    SELECT 'sync failing' AS kind, 1::bigint AS number, run.finished_at AS since, NULL::timestamptz AS newest,
           run.error AS reason, '' AS next_step, NULL::bigint AS order_id, NULL::jsonb AS differences
    FROM (
        SELECT status, error, finished_at FROM crm.sync_run
        WHERE sync_run.data_source_id = source.data_source_id AND only_product_ids IS NULL
          AND status IN ('Completed', 'Failed') AND NOT dry_run
          AND cancelled_by IS NULL
        ORDER BY sync_run_id DESC
        LIMIT 1
    ) run
    WHERE run.status = 'Failed'

    UNION ALL
    SELECT 'sync late', 1, due.since, NULL, '', '', NULL, NULL
    FROM crm.late_data_source due
    WHERE due.data_source_id = source.data_source_id

    UNION ALL
    SELECT 'orders rejected', rejected.number, rejected.oldest, rejected.newest,
           latest.reason, latest.next_step, latest.order_id, NULL
    FROM (
        SELECT order_id, reason, next_step FROM crm.order_push push
        WHERE push.data_source_id = source.data_source_id AND state = 'rejected' AND rejected.number > 0
          AND updated_at < now() - make_interval(secs => %(settled_seconds)s)
        ORDER BY order_push_id DESC
        LIMIT 1
    ) latest

    UNION ALL
    SELECT 'orders found twice', count(*), min(updated_at), max(updated_at), '', '', max(order_id), NULL
    FROM crm.order_push push
    WHERE push.data_source_id = source.data_source_id AND crm.is_found_twice(push)
      AND updated_at < now() - make_interval(secs => %(settled_seconds)s)
    HAVING count(*) > 0

    UNION ALL
    SELECT 'orders uncertain', count(*), min(sent_at), NULL, '', '', max(order_id), NULL
    FROM crm.order_push push
    WHERE push.data_source_id = source.data_source_id
      AND state IN ('sending', 'uncertain') AND next_attempt_at IS NOT NULL
      AND sent_at < now() - make_interval(mins => %(orders_after_minutes)s)
    HAVING count(*) > 0

    -- Orders in the ledger, and orders that are not even there because no order push runs. An order that somebody
    -- retried waits since the retry; an order whose type was switched off meanwhile is meant to wait.
    UNION ALL
    SELECT 'orders waiting', count(*), min(waiting.since), NULL, '', '', max(waiting.order_id), NULL
    FROM (
        SELECT push.order_id, requested.since
        FROM crm.order_push push
        CROSS JOIN LATERAL (
            SELECT coalesce(max(at), push.created_at) AS since FROM crm.order_push_attempt attempt
            WHERE attempt.order_push_id = push.order_push_id AND action = 'retry'
        ) requested
        WHERE push.data_source_id = source.data_source_id AND state = 'pending'
          AND push.created_at < now() - make_interval(mins => %(orders_after_minutes)s)
          AND requested.since < now() - make_interval(mins => %(orders_after_minutes)s)
          AND EXISTS (SELECT FROM crm.switched_on_order switched_on
                      WHERE switched_on.data_source_id = push.data_source_id
                        AND switched_on.order_id = push.order_id)
        UNION ALL
        SELECT new.order_id, new.completed_at
        FROM crm.new_order new
        WHERE new.data_source_id = source.data_source_id
          AND new.completed_at < now() - make_interval(mins => %(orders_after_minutes)s)
    ) waiting
    HAVING count(*) > 0

    -- The reconciliation whose period ends last, so that a later look at an older period does not hide its
    -- differences. A difference is as old as its first finding.
    UNION ALL
    SELECT 'orders differ', sum(found.number)::bigint, min(found.oldest), max(found.newest), '', '',
           max(found.order_id), jsonb_object_agg(found.kind, found.number)
    FROM (
        SELECT finding.kind, count(*) AS number, min(first.found_at) AS oldest, max(first.found_at) AS newest,
               max(finding.order_id) AS order_id
        FROM (
            SELECT order_reconciliation_id FROM crm.order_reconciliation compared
            WHERE compared.data_source_id = source.data_source_id
            ORDER BY to_time DESC, order_reconciliation_id DESC
            LIMIT 1
        ) latest
        JOIN crm.order_finding finding
            ON finding.order_reconciliation_id = latest.order_reconciliation_id
            AND finding.kind <> 'not shipped' -- an alert of its own
        CROSS JOIN LATERAL (
            SELECT min(earlier.made_at) AS found_at
            FROM crm.order_finding same JOIN crm.order_reconciliation earlier USING (order_reconciliation_id)
            WHERE same.order_id = finding.order_id AND same.kind = finding.kind
              AND earlier.data_source_id = source.data_source_id
        ) first
        GROUP BY finding.kind
    ) found
    HAVING count(*) > 0

    -- Refunded, cancelled or deleted in the store while the CRM has it as COMPLETE; for a month: by then people know,
    -- or do not mind.
    UNION ALL
    SELECT 'orders undone', count(*), min(known.status_changed_at), max(known.status_read_at), '', '',
           max(known.order_id), NULL
    FROM crm.store_order known JOIN crm.customer_order sold USING (order_id)
    WHERE known.data_source_id = source.data_source_id AND known.is_undone AND sold.order_status = 'COMPLETE'
      AND NOT EXISTS (SELECT FROM crm.order_refund refund WHERE refund.order_id = known.order_id)
      AND known.status_read_at BETWEEN now() - interval '30 days'
                                   AND now() - make_interval(secs => %(settled_seconds)s)
    HAVING count(*) > 0

    UNION ALL
    SELECT 'orders not shipped', count(*), min(unshipped.sent_at), NULL, '', '', max(unshipped.order_id), NULL
    FROM crm.unshipped_order unshipped
    WHERE unshipped.data_source_id = source.data_source_id AND unshipped.sent_at < %(late_before)s
    HAVING count(*) > 0

    -- The script of the checkout redirect is not in the store as it should be. Where the access token may not manage
    -- scripts, people copy it by hand, and its state is unknown.
    UNION ALL
    SELECT 'checkout redirect', 1, script.state_since, NULL, script.state, '', NULL, NULL
    FROM crm.checkout_script script
    WHERE script.data_source_id = source.data_source_id AND source.state = 'active' AND source.checkout_redirect
      AND script.state IN ('outdated', 'missing', 'removed', 'disabled')

    -- The script is still in a store that should not have it, and redirects shoppers: removing it failed, or the data
    -- source was deactivated, so that its access token is gone and only people can remove it.
    UNION ALL
    SELECT 'checkout redirect', 1, script.state_since, NULL,
           CASE source.state WHEN 'inactive' THEN 'left behind, deactivated' ELSE 'left behind' END, '', NULL, NULL
    FROM crm.checkout_script script
    WHERE script.data_source_id = source.data_source_id AND script.state IN ('installed', 'outdated')
      AND (script.problem <> '' OR source.state = 'inactive')
      AND NOT (source.state = 'active' AND source.checkout_redirect)

    -- Missing webhooks are made again by the next check: a problem are those that could not be made.
    UNION ALL
    SELECT 'webhooks', 1, hook.active_changed_at, NULL, hook.problem, '', NULL, NULL
    FROM crm.store_hook hook
    WHERE hook.data_source_id = source.data_source_id AND source.changes_at_once
      AND NOT hook.is_active AND hook.problem <> ''

    -- After an hour a sync of changes has failed several times, or there was none, perhaps because a full one is at work.
    UNION ALL
    SELECT 'changes waiting', waiting.products, waiting.oldest, NULL, coalesce(failed.error, ''), '', NULL, NULL
    FROM (
        SELECT count(DISTINCT bigcommerce_id) AS products, min(received_at) AS oldest
        FROM crm.change_hint hint
        WHERE hint.data_source_id = source.data_source_id AND subject = 'product' AND handled_at IS NULL
          AND received_at < now() - interval '1 hour'
    ) waiting
    LEFT JOIN LATERAL (
        SELECT run.sync_run_id, run.error FROM crm.change_pause pause JOIN crm.sync_run run USING (data_source_id)
        WHERE pause.data_source_id = source.data_source_id AND run.only_product_ids IS NOT NULL
        ORDER BY run.sync_run_id DESC
        LIMIT 1
    ) failed ON true
    WHERE waiting.products > 0 AND source.campaign_id IS NOT NULL
      AND (failed.sync_run_id IS NOT NULL
           OR NOT EXISTS (SELECT FROM crm.sync_run run
                          WHERE run.data_source_id = source.data_source_id AND run.only_product_ids IS NULL
                            AND run.status = 'In Progress'))

    -- No quick look succeeded for long, so nobody knows whether anything changed. The cursor is a time of the store's.
    UNION ALL
    SELECT 'changes waiting', 1, looked.until, NULL, 'quick look', '', NULL, NULL
    FROM (SELECT greatest(source.quick_looked_until, source.updated_at) AS until) looked
    WHERE source.quick_sync_minutes IS NOT NULL AND source.campaign_id IS NOT NULL
      AND looked.until < now() - interval '1 hour' - 2 * make_interval(mins => source.quick_sync_minutes)
      AND NOT EXISTS (SELECT FROM crm.change_hint hint
                      WHERE hint.data_source_id = source.data_source_id AND subject = 'product'
                        AND handled_at IS NULL AND received_at < now() - interval '1 hour')

    -- A rejected cancellation is an order that is cancelled here and shipping there.
    UNION ALL
    SELECT 'refunds rejected', count(*), min(updated_at), max(updated_at),
           (array_agg(reason ORDER BY order_reversal_id DESC))[1],
           (array_agg(next_step ORDER BY order_reversal_id DESC))[1],
           (array_agg(order_id ORDER BY order_reversal_id DESC))[1], NULL
    FROM crm.order_reversal reversal
    WHERE reversal.data_source_id = source.data_source_id AND state = 'rejected'
      AND updated_at < now() - make_interval(secs => %(settled_seconds)s)
    HAVING count(*) > 0

    -- One that was retried or repeated waits since then. What was switched off is meant to wait.
    UNION ALL
    SELECT 'refunds waiting', count(*), min(begun.since), NULL, '', '', max(reversal.order_id), NULL
    FROM crm.order_reversal reversal
    CROSS JOIN LATERAL (
        SELECT greatest(max(at), reversal.created_at) AS since FROM crm.order_reversal_attempt attempt
        WHERE attempt.order_reversal_id = reversal.order_reversal_id
          AND (action = 'retry' OR outcome IN ('pushed', 'adopted'))
    ) begun
    WHERE reversal.data_source_id = source.data_source_id
      AND reversal.state IN ('pending', 'sending', 'uncertain')
      AND (reversal.state <> 'pending'
           OR CASE reversal.kind WHEN 'refund' THEN source.mirror_refunds <> 'off'
              ELSE source.mirror_cancellations END)
      AND begun.since < now() - make_interval(mins => %(orders_after_minutes)s)
    HAVING count(*) > 0
) problem
WHERE (source.state = 'active' AND source.paused_at IS NULL)
   OR (problem.kind = 'checkout redirect' AND problem.reason LIKE 'left behind%%')
ORDER BY source.store_hash, problem.kind;
