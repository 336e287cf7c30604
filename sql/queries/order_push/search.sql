-- Orders of a store that somebody may mean by a number of the CRM's or of BigCommerce's, or by a clientOrderId.
SELECT push.order_id
FROM crm.order_push push
WHERE push.order_push_id IN (
    SELECT order_push_id FROM crm.order_push
    WHERE data_source_id = %(data_source_id)s AND order_id = %(number)s
    UNION ALL
    SELECT order_push_id FROM crm.order_push WHERE bigcommerce_order_id = %(number)s
    UNION ALL
    SELECT order_push_id FROM crm.customer_order JOIN crm.order_push USING (order_id)
    WHERE data_source_id = %(data_source_id)s AND client_order_id = %(text)s AND client_order_id <> ''
)
  AND push.data_source_id = %(data_source_id)s
  AND push.state = ANY(%(states)s)
  AND push.order_push_id < %(before)s
ORDER BY push.order_push_id DESC
LIMIT %(limit)s;
