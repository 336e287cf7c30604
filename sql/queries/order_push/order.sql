-- An order of the CRM, without the customer, and all that decides whether it gets into the ledger.
SELECT customer_order.order_id, customer_order.client_order_id, customer_order.order_type,
       customer_order.order_status, customer_order.is_test, customer_order.billing_cycle_number,
       customer_order.original_order_id, customer_order.date_created, customer_order.completed_at,
       customer_order.price, customer_order.total_discount, customer_order.base_shipping,
       customer_order.sales_tax, customer_order.total_amount, customer_order.currency_code,
       source.store_hash,
       CASE customer_order.order_type WHEN 'NEW_SALE' THEN source.send_initial_orders
           ELSE source.send_rebill_orders END AS is_switched_on,
       sendable.is_new
FROM crm.customer_order customer_order
LEFT JOIN crm.data_source source USING (campaign_id)
LEFT JOIN crm.sendable_order sendable USING (data_source_id, order_id)
WHERE customer_order.order_id = %(order_id)s;
