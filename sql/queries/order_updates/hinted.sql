-- Pushed orders that hints since a time were about and that were not read since, by their id in BigCommerce.
SELECT DISTINCT push.bigcommerce_order_id
FROM crm.change_hint hint
JOIN crm.order_push push
    ON push.data_source_id = hint.data_source_id AND push.bigcommerce_order_id = hint.bigcommerce_id
    AND push.state = 'pushed'
LEFT JOIN crm.store_order known
    ON known.data_source_id = push.data_source_id AND known.order_id = push.order_id
    AND known.bigcommerce_order_id = push.bigcommerce_order_id
WHERE hint.data_source_id = %(data_source_id)s
  AND hint.subject = 'order'
  AND hint.received_at > coalesce(%(since)s::timestamptz, '-infinity')
  AND (known.read_at IS NULL OR known.read_at < hint.received_at)
ORDER BY push.bigcommerce_order_id;
