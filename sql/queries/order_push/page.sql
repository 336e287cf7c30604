-- Rows of the ledger, those completed last first, of one store or of several: in this order an index leads from one
-- page to the next, however old the time span is. A filter that is not given is a constant to the planner, and the
-- orders are not read where no filter asks for them. One store is given apart from several: only then are its rows
-- known to be in order in the index.
SELECT push.order_push_id
FROM crm.order_push push
LEFT JOIN crm.customer_order customer_order USING (order_id)
WHERE (push.order_completed_at, push.order_push_id) < (
      coalesce((SELECT order_completed_at FROM crm.order_push WHERE order_push_id = %(before)s),
               %(to_time)s, 'infinity'),
      coalesce(%(before)s::bigint, 0))
  AND (%(from_time)s::timestamptz IS NULL OR push.order_completed_at >= %(from_time)s)
  AND (%(to_time)s::timestamptz IS NULL OR push.order_completed_at < %(to_time)s)
  AND (%(data_source_id)s::bigint IS NULL OR push.data_source_id = %(data_source_id)s)
  AND (%(data_source_ids)s::bigint[] IS NULL OR push.data_source_id = ANY(%(data_source_ids)s::bigint[]))
  AND (%(states)s::text[] IS NULL OR push.state = ANY(%(states)s::text[]))
  AND (%(kind)s::text IS NULL OR (push.reason_kind = %(kind)s AND push.state IN ('rejected', 'dismissed')))
  AND (%(found)s::bigint[] IS NULL OR push.order_push_id = ANY(%(found)s::bigint[]))
  AND (%(mark)s::text IS NULL OR EXISTS (
      SELECT FROM crm.order_mark marked
      WHERE marked.data_source_id = push.data_source_id AND marked.order_id = push.order_id
        AND marked.mark = %(mark)s))
  AND (%(sent_before)s::timestamptz IS NULL OR push.sent_at < %(sent_before)s)
  AND (%(customer)s::text IS NULL OR left(lower(customer_order.email_address), 100) LIKE lower(%(customer)s)
       OR left(lower(customer_order.name), 100) LIKE lower(%(customer)s))
ORDER BY push.order_completed_at DESC, push.order_push_id DESC
LIMIT %(limit)s;
