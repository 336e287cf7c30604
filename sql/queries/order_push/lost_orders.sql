-- Orders that BigCommerce has from us and the CRM does not.
SELECT unrecorded.order_id, unrecorded.bigcommerce_order_id, unrecorded.date_created
FROM crm.unrecorded_order unrecorded
WHERE unrecorded.data_source_id = %(data_source_id)s
  AND NOT EXISTS (SELECT FROM crm.customer_order WHERE customer_order.order_id = unrecorded.order_id)
ORDER BY unrecorded.order_id;
