-- How many orders BigCommerce took of the store after a time. Rows that were changed since for other reasons count, too.
SELECT count(*) AS number FROM crm.order_push
WHERE data_source_id = %(data_source_id)s AND state = 'pushed' AND updated_at > %(time)s;
