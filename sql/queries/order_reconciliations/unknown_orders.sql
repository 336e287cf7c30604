-- Which of these ids, under which a store has orders from us, are of no order of that store in the CRM.
SELECT order_id
FROM unnest(%(order_ids)s::bigint[]) AS named (order_id)
WHERE NOT EXISTS (SELECT FROM crm.customer_order customer_order JOIN crm.data_source source USING (campaign_id)
                  WHERE customer_order.order_id = named.order_id
                    AND source.data_source_id = %(data_source_id)s)
ORDER BY order_id;
