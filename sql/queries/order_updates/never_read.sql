-- Orders that were pushed since a time and never read: the ledger learnt of them after the store had listed them.
SELECT push.bigcommerce_order_id
FROM crm.order_push push
WHERE push.data_source_id = %(data_source_id)s
  AND push.state = 'pushed'
  AND push.updated_at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND NOT EXISTS (SELECT FROM crm.store_order known
                  WHERE known.data_source_id = push.data_source_id AND known.order_id = push.order_id
                    AND known.bigcommerce_order_id = push.bigcommerce_order_id)
ORDER BY push.order_push_id;
