SELECT state, count(*) AS number,
       count(*) FILTER (WHERE crm.is_found_twice(push)) AS found_twice
FROM crm.order_push push
WHERE data_source_id = %(data_source_id)s
GROUP BY state;
