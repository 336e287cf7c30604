-- Orders that BigCommerce has from us and the CRM does not; one of another store under the same id is not it.
SELECT unrecorded.order_id, unrecorded.bigcommerce_order_id, unrecorded.date_created
FROM crm.unrecorded_order unrecorded
WHERE unrecorded.data_source_id = %(data_source_id)s
  AND NOT EXISTS (SELECT FROM crm.customer_order customer_order JOIN crm.data_source source USING (campaign_id)
                  WHERE customer_order.order_id = unrecorded.order_id
                    AND source.data_source_id = unrecorded.data_source_id)
ORDER BY unrecorded.order_id;
