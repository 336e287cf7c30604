-- Whatever should be sent and is not in the ledger yet: a row committed late is found however old it is. An order that
-- a transaction of the CRM has locked (SELECT … FOR UPDATE) is left to the next push: to wait for it with other orders
-- locked could be a deadlock, and would hold up the store.
INSERT INTO crm.order_push (data_source_id, order_id, requested_by)
SELECT data_source_id, order_id, %(requested_by)s
FROM crm.new_order JOIN crm.customer_order sold USING (order_id)
WHERE data_source_id = %(data_source_id)s
ORDER BY order_id
FOR KEY SHARE OF sold SKIP LOCKED
ON CONFLICT DO NOTHING;
