-- Orders that wait or need a person, by data source, of all or of one; those already pushed, nearly all, are not touched.
SELECT source.data_source_id, open.*
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
WHERE open.waiting + open.uncertain + open.rejected > 0
  AND (%(data_source_id)s::bigint IS NULL OR source.data_source_id = %(data_source_id)s);
