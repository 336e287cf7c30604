-- The highest id that BigCommerce is known to have given an order of ours before a time: whatever was sent later has a
-- higher one. The newest rows are enough to look at; a lower id would only make the store list more.
SELECT max(bigcommerce_order_id) AS bigcommerce_order_id
FROM (SELECT bigcommerce_order_id, updated_at FROM crm.order_push
      WHERE data_source_id = %(data_source_id)s AND state = 'pushed'
      ORDER BY order_push_id DESC
      LIMIT 1000) newest
WHERE updated_at < %(time)s;
