-- Orders requested by date or by id, and their states; those that BigCommerce has, and dismissed ones, are skipped.
SELECT sendable.order_id, push.order_push_id, push.state
FROM crm.sendable_order sendable
LEFT JOIN crm.order_push push USING (data_source_id, order_id)
WHERE sendable.data_source_id = %(data_source_id)s
  AND (sendable.order_id = ANY(%(order_ids)s::bigint[])
       OR (sendable.completed_at >= %(from_time)s AND sendable.completed_at < %(to_time)s))
  AND coalesce(push.state, '') NOT IN ('pushed', 'dismissed')
ORDER BY sendable.order_id;
