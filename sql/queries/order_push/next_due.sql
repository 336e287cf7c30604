-- Seconds until the next open row is due; no row if nothing is open, or if the store is paused.
SELECT greatest(0, extract(epoch FROM min(greatest(next_attempt_at, coalesce(lease_until, next_attempt_at)))
                                      - clock_timestamp()))::float8 AS seconds
FROM crm.order_push
WHERE data_source_id = %(data_source_id)s
  AND NOT EXISTS (SELECT FROM crm.data_source source
                  WHERE source.data_source_id = order_push.data_source_id AND source.paused_at IS NOT NULL)
  AND state IN ('pending', 'sending', 'uncertain')
  AND next_attempt_at IS NOT NULL
  AND (state <> 'pending' OR EXISTS (
      SELECT FROM crm.switched_on_order switched_on
      WHERE switched_on.data_source_id = order_push.data_source_id
        AND switched_on.order_id = order_push.order_id))
HAVING count(*) > 0;
