-- migrate:up
-- The order updates find the hints since their last look.
CREATE INDEX change_hint_orders ON crm.change_hint (data_source_id, received_at) WHERE subject = 'order';
COMMENT ON COLUMN crm.change_hint.handled_at IS 'When the CRM had what was read from the store because of it, or from a later full sync; for a hint about an order, when the store was about to be asked. Empty until then. Handled hints are kept for some days, so that a replayed event changes nothing, and a look at the orders that failed is made up for by the next one.';

-- migrate:down
DROP INDEX crm.change_hint_orders;
COMMENT ON COLUMN crm.change_hint.handled_at IS 'When the CRM had what was read from the store because of it, or from a later full sync; empty until then. Handled hints are kept for some days, so that a replayed event changes nothing.';
