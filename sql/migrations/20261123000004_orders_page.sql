-- migrate:up
-- Orders by state, newest first. It replaces an index that nobody needs beside it.
DROP INDEX crm.order_push_state;
CREATE INDEX order_push_state ON crm.order_push (data_source_id, state, order_push_id DESC);
CREATE INDEX customer_order_client_order ON crm.customer_order (client_order_id) WHERE client_order_id <> '';

-- migrate:down
DROP INDEX crm.customer_order_client_order, crm.order_push_state;
CREATE INDEX order_push_state ON crm.order_push (data_source_id, state, order_id);
