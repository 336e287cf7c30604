-- Orders of the types that are sent, completed before that began, and never added to the ledger.
SELECT count(*) AS number
FROM crm.data_source source
JOIN crm.order_outbox outbox USING (campaign_id)
WHERE source.data_source_id = %(data_source_id)s
  AND outbox.completed_at < CASE outbox.order_type
      WHEN 'NEW_SALE' THEN source.send_initial_orders_since ELSE source.send_rebill_orders_since END
