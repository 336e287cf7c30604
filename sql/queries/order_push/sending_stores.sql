-- Active stores that send orders, or that still have orders to look up, or refunds and cancellations to send. Paused
-- stores are not among them.
SELECT source.store_hash, source.store_name
FROM crm.data_source source
WHERE source.state = 'active' AND source.paused_at IS NULL
  AND (%(store_hash)s::text IS NULL OR source.store_hash = %(store_hash)s)
  AND (source.send_initial_orders OR source.send_rebill_orders
       OR EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = source.data_source_id AND push.state IN ('sending', 'uncertain'))
       OR EXISTS (SELECT FROM crm.due_reversal due
                  WHERE due.data_source_id = source.data_source_id AND due.due_at <= clock_timestamp()))
ORDER BY source.store_hash;
