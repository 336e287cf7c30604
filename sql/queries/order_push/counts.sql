SELECT state, count(*) AS number,
       count(*) FILTER (WHERE state = 'uncertain' AND next_attempt_at IS NULL) AS doubled
FROM crm.order_push
WHERE data_source_id = %(data_source_id)s
GROUP BY state;
