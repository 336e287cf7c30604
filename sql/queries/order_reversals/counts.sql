SELECT kind, state, count(*) AS number
FROM crm.order_reversal
WHERE data_source_id = %(data_source_id)s
GROUP BY kind, state;
