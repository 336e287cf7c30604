-- Whether BigCommerce took any order of the store after a time: then it was not unavailable since.
SELECT EXISTS (SELECT FROM crm.order_push
               WHERE data_source_id = %(data_source_id)s AND state = 'pushed' AND updated_at > %(time)s) AS accepted;
