-- Orders that wait or need a person, by data source, of all or of some; those already pushed, nearly all, are not touched
-- except where one of their refunds was rejected, or they were completed long ago and are still to be shipped.
SELECT source.data_source_id, open.*, coalesce(refunds.number, 0) AS refunds_rejected,
       coalesce(late.number, 0) AS not_shipped
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state IN ('pending', 'sending')) AS waiting,
           count(*) FILTER (WHERE state = 'uncertain') AS uncertain,
           count(*) FILTER (WHERE state = 'uncertain' AND next_attempt_at IS NULL) AS doubled,
           count(*) FILTER (WHERE state = 'rejected') AS rejected
    FROM crm.order_push push
    WHERE push.data_source_id = source.data_source_id
      AND state IN ('pending', 'sending', 'uncertain', 'rejected')
) open
LEFT JOIN (
    SELECT data_source_id, count(DISTINCT order_id) AS number
    FROM crm.order_reversal
    WHERE state = 'rejected'
    GROUP BY data_source_id
) refunds USING (data_source_id)
LEFT JOIN (
    SELECT known.data_source_id, count(*) AS number
    FROM crm.store_order known
    JOIN crm.customer_order sold USING (order_id)
    WHERE known.is_unshipped AND sold.completed_at < %(late_before)s
    GROUP BY known.data_source_id
) late USING (data_source_id)
WHERE open.waiting + open.uncertain + open.rejected + coalesce(refunds.number, 0) + coalesce(late.number, 0) > 0
  AND (%(data_source_ids)s::bigint[] IS NULL OR source.data_source_id = ANY(%(data_source_ids)s));
