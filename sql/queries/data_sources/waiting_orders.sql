-- Paid orders that wait in the ledger of a data source, also of one that is not active, and when the first completed.
SELECT count(*) AS number, min(sold.completed_at) AS since
FROM crm.data_source source
JOIN crm.order_push push USING (data_source_id)
JOIN crm.customer_order sold ON sold.order_id = push.order_id AND sold.campaign_id = source.campaign_id
WHERE source.data_source_id = %(data_source_id)s
  AND push.state = 'pending'
  AND sold.order_status = 'COMPLETE' AND NOT sold.is_test
  AND CASE sold.order_type WHEN 'NEW_SALE' THEN source.send_initial_orders ELSE source.send_rebill_orders END;
