-- Rejected or dismissed orders by the kind of their reason, the largest group first. The filters are those of page.sql.
SELECT push.reason_kind AS kind, count(*) AS number,
       (min(ARRAY[push.reason, push.next_step]))[1] AS reason,
       (min(ARRAY[push.reason, push.next_step]))[2] AS next_step,
       min(push.reason) <> max(push.reason) AS is_example, count(DISTINCT push.data_source_id) AS stores
FROM crm.order_push push
LEFT JOIN crm.customer_order customer_order USING (order_id)
WHERE push.state = %(state)s
  AND (%(data_source_id)s::bigint IS NULL OR push.data_source_id = %(data_source_id)s)
  AND (%(data_source_ids)s::bigint[] IS NULL OR push.data_source_id = ANY(%(data_source_ids)s::bigint[]))
  AND (%(kind)s::text IS NULL OR push.reason_kind = %(kind)s)
  AND (%(found)s::bigint[] IS NULL OR push.order_push_id = ANY(%(found)s::bigint[]))
  AND (%(mark)s::text IS NULL OR EXISTS (
      SELECT FROM crm.order_mark marked
      WHERE marked.data_source_id = push.data_source_id AND marked.order_id = push.order_id
        AND marked.mark = %(mark)s))
  AND (%(sent_before)s::timestamptz IS NULL OR push.sent_at < %(sent_before)s)
  AND (%(customer)s::text IS NULL OR left(lower(customer_order.email_address), 100) LIKE lower(%(customer)s)
       OR left(lower(customer_order.name), 100) LIKE lower(%(customer)s))
  AND (%(from_time)s::timestamptz IS NULL OR push.order_completed_at >= %(from_time)s)
  AND (%(to_time)s::timestamptz IS NULL OR push.order_completed_at < %(to_time)s)
GROUP BY push.reason_kind
ORDER BY number DESC, push.reason_kind
LIMIT %(limit)s;
