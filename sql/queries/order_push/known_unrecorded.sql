-- Orders of the CRM under whose id BigCommerce has an order that the ledger did not know of: the same order if it was
-- completed at the same time, else another order that was given the same id.
SELECT unrecorded.order_id, min(unrecorded.bigcommerce_order_id) AS bigcommerce_order_id,
       bool_or(unrecorded.date_created IS NULL
               OR abs(extract(epoch FROM unrecorded.date_created - customer_order.completed_at)) < 60) AS is_same
FROM crm.unrecorded_order unrecorded
JOIN crm.data_source source USING (data_source_id)
JOIN crm.customer_order customer_order USING (order_id, campaign_id)
WHERE unrecorded.data_source_id = %(data_source_id)s AND customer_order.order_status = 'COMPLETE'
GROUP BY unrecorded.order_id
ORDER BY unrecorded.order_id;
