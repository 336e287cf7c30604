-- migrate:up
-- The CRM puts texts of any length into these columns, but Postgres refuses a row whose entry in an index has more than
-- about 2,700 bytes. So the indexes hold only the beginning of a text.
DROP INDEX crm.customer_order_email, crm.customer_order_name, crm.customer_order_client_order;
CREATE INDEX customer_order_email ON crm.customer_order (left(lower(email_address), 100) text_pattern_ops);
CREATE INDEX customer_order_name ON crm.customer_order (left(lower(name), 100) text_pattern_ops);
CREATE INDEX customer_order_client_order ON crm.customer_order (left(client_order_id, 100))
    WHERE client_order_id <> '';

-- migrate:down
DROP INDEX crm.customer_order_email, crm.customer_order_name, crm.customer_order_client_order;
CREATE INDEX customer_order_email ON crm.customer_order (lower(email_address) text_pattern_ops);
CREATE INDEX customer_order_name ON crm.customer_order (lower(name) text_pattern_ops);
CREATE INDEX customer_order_client_order ON crm.customer_order (client_order_id) WHERE client_order_id <> '';
