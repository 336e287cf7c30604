-- migrate:up
CREATE VIEW crm.order_completed_again AS
SELECT push.order_push_id, push.data_source_id, push.order_id
FROM crm.order_push push
JOIN crm.sendable_order sendable USING (data_source_id, order_id)
WHERE push.state = 'rejected'
  -- as the index on reasons has it
  AND push.reason_kind IN (left(md5('The order is not complete.'), 12),
                           left(md5('It is a test order; those never leave the CRM.'), 12));
COMMENT ON VIEW crm.order_completed_again IS 'Orders that were rejected only because the CRM had taken their completion back, or called them tests, and that can be sent now: the next push sends them.';
COMMENT ON COLUMN crm.order_completed_again.order_push_id IS 'The order''s row in the ledger.';
COMMENT ON COLUMN crm.order_completed_again.data_source_id IS 'The store it goes to.';
COMMENT ON COLUMN crm.order_completed_again.order_id IS 'The order.';

-- migrate:down
DROP VIEW crm.order_completed_again;
