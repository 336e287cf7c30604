-- What is wrong now with the active data sources: a row for each and each kind of trouble.
-- What was decided within the last moments (settled_seconds) is left to the next look: a row of the same moment
-- may not be committed yet, and `newest`, once told, must never be overtaken by an older one.
-- Rejected orders, the only trouble that piles up, are counted for all stores in one go: so it takes as long as
-- there are some, not that long for each store.
WITH rejected AS MATERIALIZED (
    SELECT data_source_id, count(*) AS number, min(updated_at) AS oldest, max(updated_at) AS newest
    FROM crm.order_push
    WHERE state = 'rejected' AND updated_at < now() - make_interval(secs => %(settled_seconds)s)
    GROUP BY data_source_id
)
SELECT source.data_source_id, source.store_hash, source.store_name, source.auto_sync_minutes, trouble.*
FROM crm.data_source source
LEFT JOIN rejected USING (data_source_id)
CROSS JOIN LATERAL (
    SELECT 'sync failing' AS kind, 1::bigint AS number, run.finished_at AS since, NULL::timestamptz AS newest,
           run.error AS detail, '' AS next_step
    FROM (
        SELECT status, error, finished_at FROM crm.sync_run
        WHERE sync_run.data_source_id = source.data_source_id AND status IN ('Completed', 'Failed') AND NOT dry_run
        ORDER BY sync_run_id DESC
        LIMIT 1
    ) run
    WHERE run.status = 'Failed'

    UNION ALL
    SELECT 'sync late', 1, due.since, NULL, '', ''
    FROM (
        SELECT greatest(source.updated_at, (
            SELECT finished_at FROM crm.sync_run
            WHERE sync_run.data_source_id = source.data_source_id AND status = 'Completed' AND NOT dry_run
            ORDER BY sync_run_id DESC
            LIMIT 1
        )) AS since
    ) due
    WHERE now() - due.since > make_interval(mins => %(late_after)s * source.auto_sync_minutes)

    UNION ALL
    SELECT 'orders rejected', rejected.number, rejected.oldest, rejected.newest,
           'Order ' || latest.order_id || ': ' || latest.reason, latest.next_step
    FROM (
        SELECT order_id, reason, next_step FROM crm.order_push push
        WHERE push.data_source_id = source.data_source_id AND state = 'rejected' AND rejected.number > 0
          AND updated_at < now() - make_interval(secs => %(settled_seconds)s)
        ORDER BY order_push_id DESC
        LIMIT 1
    ) latest

    UNION ALL
    SELECT 'orders found twice', count(*), min(updated_at), max(updated_at), 'For example order ' || max(order_id), ''
    FROM crm.order_push push
    WHERE push.data_source_id = source.data_source_id AND state = 'uncertain' AND next_attempt_at IS NULL
      AND updated_at < now() - make_interval(secs => %(settled_seconds)s)
    HAVING count(*) > 0

    UNION ALL
    SELECT 'orders uncertain', count(*), min(sent_at), NULL, 'For example order ' || max(order_id), ''
    FROM crm.order_push push
    WHERE push.data_source_id = source.data_source_id
      AND state IN ('sending', 'uncertain') AND next_attempt_at IS NOT NULL
      AND sent_at < now() - make_interval(mins => %(orders_after_minutes)s)
    HAVING count(*) > 0

    -- In the ledger, or not even that because the order push does not run. An order that somebody asked for
    -- again waits since then; one whose type was switched off meanwhile waits on purpose.
    UNION ALL
    SELECT 'orders waiting', count(*), min(waiting.since), NULL, 'For example order ' || max(waiting.order_id), ''
    FROM (
        SELECT push.order_id, asked.since
        FROM crm.order_push push
        CROSS JOIN LATERAL (
            SELECT coalesce(max(at), push.created_at) AS since FROM crm.order_push_attempt attempt
            WHERE attempt.order_push_id = push.order_push_id AND action = 'retry'
        ) asked
        WHERE push.data_source_id = source.data_source_id AND state = 'pending'
          AND push.created_at < now() - make_interval(mins => %(orders_after_minutes)s)
          AND asked.since < now() - make_interval(mins => %(orders_after_minutes)s)
          AND EXISTS (SELECT FROM crm.switched_on_order switched_on
                      WHERE switched_on.data_source_id = push.data_source_id
                        AND switched_on.order_id = push.order_id)
        UNION ALL
        -- those of a week, in terms of an index: nobody who is away for longer gets to know less by it
        SELECT sendable.order_id, sendable.completed_at
        FROM crm.sendable_order sendable
        WHERE sendable.data_source_id = source.data_source_id AND is_new
          AND completed_at BETWEEN now() - interval '7 days'
                               AND now() - make_interval(mins => %(orders_after_minutes)s)
          AND NOT EXISTS (SELECT FROM crm.order_push push
                          WHERE push.data_source_id = sendable.data_source_id
                            AND push.order_id = sendable.order_id)
    ) waiting
    HAVING count(*) > 0

    -- The comparison that reaches furthest, so that a look back at some day of old does not hide it. A
    -- difference that was found before is as old as it was when first found.
    UNION ALL
    SELECT 'orders differ', count(*), min(first.found_at), max(first.found_at),
           concat_ws(', ',
               nullif(count(*) FILTER (WHERE kind = 'not pushed'), 0) || ' not pushed',
               nullif(count(*) FILTER (WHERE kind = 'twice in BigCommerce'), 0) || ' twice in BigCommerce',
               nullif(count(*) FILTER (WHERE kind = 'gone from BigCommerce'), 0) || ' gone from BigCommerce',
               nullif(count(*) FILTER (WHERE kind = 'unknown to the CRM'), 0) || ' unknown to the CRM')
           || '; for example order ' || max(finding.order_id), ''
    FROM (
        SELECT order_reconciliation_id FROM crm.order_reconciliation compared
        WHERE compared.data_source_id = source.data_source_id
        ORDER BY to_time DESC, order_reconciliation_id DESC
        LIMIT 1
    ) latest
    JOIN crm.order_finding finding USING (order_reconciliation_id)
    CROSS JOIN LATERAL (
        SELECT min(earlier.made_at) AS found_at
        FROM crm.order_finding same JOIN crm.order_reconciliation earlier USING (order_reconciliation_id)
        WHERE same.order_id = finding.order_id AND same.kind = finding.kind
          AND earlier.data_source_id = source.data_source_id
    ) first
    HAVING count(*) > 0
) trouble
WHERE source.state = 'active'
ORDER BY source.store_hash, trouble.kind;
