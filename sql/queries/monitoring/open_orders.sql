-- Orders that are not in BigCommerce yet, of each data source that sends orders or still has such orders. Pushed
-- orders, nearly all, are not read. Those of a paused store are meant to wait. `new` counts the orders that the next
-- push adds to the ledger, as order_push/select_new does.
SELECT source.store_hash,
       unseen.number AS new, ledger.pending, ledger.sending, ledger.uncertain, ledger.rejected,
       ledger.found_twice,
       CASE WHEN source.paused_at IS NULL
            THEN coalesce(extract(epoch FROM clock_timestamp() - least(ledger.oldest, unseen.oldest)), 0)::float8
            ELSE 0 END
           AS oldest_waiting_seconds
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'pending') AS pending,
           count(*) FILTER (WHERE state = 'sending') AS sending,
           count(*) FILTER (WHERE state = 'uncertain') AS uncertain,
           count(*) FILTER (WHERE state = 'rejected') AS rejected,
           count(*) FILTER (WHERE crm.is_found_twice(push)) AS found_twice,
           min(created_at) FILTER (
               WHERE state IN ('sending', 'uncertain') AND next_attempt_at IS NOT NULL
                  OR state = 'pending' AND EXISTS (
                      SELECT FROM crm.switched_on_order switched_on
                      WHERE switched_on.data_source_id = push.data_source_id
                        AND switched_on.order_id = push.order_id)
           ) AS oldest
    FROM crm.order_push push
    WHERE push.data_source_id = source.data_source_id
      AND state IN ('pending', 'sending', 'uncertain', 'rejected')
) ledger
CROSS JOIN LATERAL (
    SELECT count(*) AS number, min(completed_at) AS oldest
    FROM crm.new_order new
    WHERE new.data_source_id = source.data_source_id
) unseen
WHERE source.state <> 'inactive'
  AND (source.send_initial_orders OR source.send_rebill_orders
       OR ledger.pending + ledger.sending + ledger.uncertain + ledger.rejected > 0);
