-- Rows of the ledger, newest first, of one store or of all. A filter that is not given is a constant to the planner,
-- and the orders are not read where no filter asks for them. The orders of a short time are found first: the newest
-- rows of the ledger may all be from another time.
SELECT push.order_push_id
FROM crm.order_push push
LEFT JOIN crm.customer_order customer_order USING (order_id)
WHERE push.order_push_id < %(before)s
  AND (%(data_source_ids)s::bigint[] IS NULL OR push.data_source_id = ANY(%(data_source_ids)s::bigint[]))
  AND (%(states)s::text[] IS NULL OR push.state = ANY(%(states)s::text[]))
  AND (%(kind)s::text IS NULL OR (push.reason_kind = %(kind)s AND push.state IN ('rejected', 'dismissed')))
  AND (%(found)s::bigint[] IS NULL OR push.order_push_id = ANY(%(found)s::bigint[]))
  AND (%(mark)s::text IS NULL OR EXISTS (
      SELECT FROM crm.order_mark marked
      WHERE marked.data_source_id = push.data_source_id AND marked.order_id = push.order_id
        AND marked.mark = %(mark)s))
  AND (%(customer)s::text IS NULL OR lower(customer_order.email_address) LIKE %(customer)s
       OR lower(customer_order.name) LIKE %(customer)s)
  AND (NOT %(is_short_time)s OR push.order_id = ANY(ARRAY(
      SELECT order_id FROM crm.customer_order
      WHERE completed_at >= coalesce(%(from_time)s::timestamptz, '-infinity')
        AND completed_at < coalesce(%(to_time)s::timestamptz, 'infinity'))))
  AND (%(from_time)s::timestamptz IS NULL OR customer_order.completed_at >= %(from_time)s)
  AND (%(to_time)s::timestamptz IS NULL OR customer_order.completed_at < %(to_time)s)
ORDER BY push.order_push_id DESC
LIMIT %(limit)s;
