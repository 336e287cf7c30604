-- Which of these orders were rejected.
SELECT order_push_id FROM crm.order_push
WHERE data_source_id = %(data_source_id)s AND order_id = ANY(%(order_ids)s::bigint[]) AND state = 'rejected';
