-- migrate:up
CREATE VIEW crm.order_mark AS
SELECT data_source_id, order_id, 'not shipped' AS mark
FROM crm.store_order
WHERE is_unshipped
UNION ALL
SELECT data_source_id, order_id, 'refund rejected'
FROM crm.order_reversal
WHERE state = 'rejected'
UNION ALL
SELECT source.data_source_id, finding.order_id, 'differs'
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT order_reconciliation_id
    FROM crm.order_reconciliation
    WHERE order_reconciliation.data_source_id = source.data_source_id
    ORDER BY order_reconciliation_id DESC
    LIMIT 1
) newest
JOIN crm.order_finding finding USING (order_reconciliation_id);
COMMENT ON VIEW crm.order_mark IS 'What people look for among the orders of the ledger, beside their states. An order may have several marks, and one of them more than once.';
COMMENT ON COLUMN crm.order_mark.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.order_mark.order_id IS 'The order.';
COMMENT ON COLUMN crm.order_mark.mark IS 'not shipped = something of it is still to be shipped by the store; refund rejected = one of its refunds, or its cancellation, was rejected on its way to BigCommerce; differs = the newest reconciliation of the store found a difference.';

-- migrate:down
DROP VIEW crm.order_mark;
