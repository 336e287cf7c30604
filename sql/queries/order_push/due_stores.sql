-- Stores with something to do: orders that are new, that wait or must be looked up now or soon, or that somebody
-- requests; refunds and cancellations. Paused stores are not among them.
SELECT source.store_hash, source.store_name
FROM crm.data_source source
WHERE source.state = 'active' AND source.paused_at IS NULL
  AND source.data_source_id IN (
    -- as claim.sql takes them
    SELECT push.data_source_id
    FROM crm.order_push push
    WHERE push.state IN ('pending', 'sending', 'uncertain') AND push.next_attempt_at IS NOT NULL
      AND greatest(push.next_attempt_at, coalesce(push.lease_until, push.next_attempt_at))
          <= clock_timestamp() + make_interval(secs => %(within_seconds)s)
      AND (push.state <> 'pending' OR EXISTS (
          SELECT FROM crm.switched_on_order switched_on
          WHERE switched_on.data_source_id = push.data_source_id AND switched_on.order_id = push.order_id))
    UNION ALL
    -- as select_new.sql adds them
    SELECT data_source_id FROM crm.new_order
    UNION ALL
    SELECT data_source_id FROM crm.order_completed_again
    UNION ALL
    -- as chosen.sql finds them
    SELECT sendable.data_source_id
    FROM crm.sendable_order sendable
    LEFT JOIN crm.order_push push USING (data_source_id, order_id)
    WHERE (sendable.order_id = ANY(%(order_ids)s::bigint[])
           OR (sendable.completed_at >= %(from_time)s AND sendable.completed_at < %(to_time)s))
      AND coalesce(push.state, '') NOT IN ('pushed', 'dismissed')
    UNION ALL
    SELECT due.data_source_id FROM crm.due_reversal due WHERE due.due_at <= clock_timestamp())
ORDER BY source.store_hash;
