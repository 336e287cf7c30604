-- Seconds until the next open row is due; no row if nothing is open.
SELECT greatest(0, extract(epoch FROM min(greatest(next_attempt_at, coalesce(lease_until, next_attempt_at)))
                                      - clock_timestamp()))::float8 AS seconds
FROM crm.order_push
WHERE data_source_id = %(data_source_id)s
  AND state IN ('pending', 'sending', 'uncertain')
  AND next_attempt_at IS NOT NULL
HAVING count(*) > 0;
