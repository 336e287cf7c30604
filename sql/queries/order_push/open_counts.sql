-- Orders that wait or need someone, by data source; those already pushed, nearly all, are not touched.
SELECT data_source_id,
       count(*) FILTER (WHERE state IN ('pending', 'sending')) AS waiting,
       count(*) FILTER (WHERE state = 'uncertain') AS uncertain,
       count(*) FILTER (WHERE state = 'uncertain' AND next_attempt_at IS NULL) AS doubled,
       count(*) FILTER (WHERE state = 'rejected') AS rejected
FROM crm.order_push
WHERE state IN ('pending', 'sending', 'uncertain', 'rejected')
GROUP BY data_source_id;
