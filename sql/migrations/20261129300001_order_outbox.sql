-- migrate:up
CREATE TABLE crm.order_outbox (
    order_id bigint PRIMARY KEY REFERENCES crm.customer_order ON DELETE CASCADE,
    campaign_id bigint NOT NULL,
    order_type text NOT NULL,
    completed_at timestamptz NOT NULL
);
CREATE INDEX order_outbox_due ON crm.order_outbox (campaign_id, order_type, completed_at);
COMMENT ON TABLE crm.order_outbox IS 'Orders that are COMPLETE, no tests, and not in the ledger of their data source, so that new orders are found without reading those already sent. Fills and empties itself. An order that the CRM changed while it was added to the ledger may stay; crm.new_order knows that it is no longer new.';
COMMENT ON COLUMN crm.order_outbox.order_id IS 'The order.';
COMMENT ON COLUMN crm.order_outbox.campaign_id IS 'Its campaign.';
COMMENT ON COLUMN crm.order_outbox.order_type IS 'NEW_SALE or RECURRING.';
COMMENT ON COLUMN crm.order_outbox.completed_at IS 'When it became COMPLETE.';

-- Both functions look up single rows, in a table whose size changes faster than what Postgres knows of it.
CREATE FUNCTION crm.keep_order_outbox() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
    IF NEW.order_status = 'COMPLETE' AND NOT NEW.is_test
       AND NOT EXISTS (SELECT FROM crm.order_push push JOIN crm.data_source source USING (data_source_id)
                       WHERE push.order_id = NEW.order_id AND source.campaign_id = NEW.campaign_id) THEN
        INSERT INTO crm.order_outbox (order_id, campaign_id, order_type, completed_at)
        VALUES (NEW.order_id, NEW.campaign_id, NEW.order_type, NEW.completed_at)
        ON CONFLICT (order_id) DO UPDATE
        SET campaign_id = excluded.campaign_id, order_type = excluded.order_type,
            completed_at = excluded.completed_at;
    ELSE
        DELETE FROM crm.order_outbox WHERE order_id = NEW.order_id;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.keep_order_outbox() IS 'Keeps an order''s row in crm.order_outbox, in the transaction that changes the order. With the rights of its owner, so that whoever writes orders need not read the ledger.';
CREATE TRIGGER keep_outbox_of_new AFTER INSERT ON crm.customer_order
    FOR EACH ROW WHEN (NEW.order_status = 'COMPLETE' AND NOT NEW.is_test)
    EXECUTE FUNCTION crm.keep_order_outbox();
CREATE TRIGGER keep_outbox_of_changed AFTER UPDATE ON crm.customer_order
    FOR EACH ROW WHEN ((OLD.order_status, OLD.is_test, OLD.campaign_id, OLD.order_type, OLD.completed_at)
                       IS DISTINCT FROM
                       (NEW.order_status, NEW.is_test, NEW.campaign_id, NEW.order_type, NEW.completed_at))
    EXECUTE FUNCTION crm.keep_order_outbox();

CREATE FUNCTION crm.leave_order_outbox() RETURNS trigger
    LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    DELETE FROM crm.order_outbox WHERE order_id = (
        SELECT outbox.order_id
        FROM crm.order_outbox outbox
        JOIN crm.data_source source USING (campaign_id)
        WHERE outbox.order_id = NEW.order_id AND source.data_source_id = NEW.data_source_id
        FOR UPDATE OF outbox SKIP LOCKED);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.leave_order_outbox() IS 'Removes an order from crm.order_outbox that was added to the ledger. It does not wait for one that the CRM is changing: no transaction of the CRM holds up the others.';
CREATE TRIGGER leave_outbox AFTER INSERT ON crm.order_push
    FOR EACH ROW EXECUTE FUNCTION crm.leave_order_outbox();

INSERT INTO crm.order_outbox (order_id, campaign_id, order_type, completed_at)
SELECT order_id, campaign_id, order_type, completed_at
FROM crm.customer_order
WHERE order_status = 'COMPLETE' AND NOT is_test
  AND NOT EXISTS (SELECT FROM crm.order_push push JOIN crm.data_source source USING (data_source_id)
                  WHERE push.order_id = customer_order.order_id
                    AND source.campaign_id = customer_order.campaign_id);

CREATE VIEW crm.new_order AS
SELECT source.data_source_id, outbox.order_id, outbox.completed_at
FROM crm.data_source source
CROSS JOIN LATERAL (VALUES
    -- the times are empty where the type is switched off
    ('NEW_SALE', source.send_initial_orders_since), ('RECURRING', source.send_rebill_orders_since)
) AS sent (order_type, since)
JOIN crm.order_outbox outbox
    ON outbox.campaign_id = source.campaign_id AND outbox.order_type = sent.order_type
    AND outbox.completed_at >= sent.since
WHERE source.state = 'active'
  AND NOT EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = source.data_source_id AND push.order_id = outbox.order_id);
COMMENT ON VIEW crm.new_order IS 'The new orders of crm.sendable_order that are not in the ledger yet: what the next push adds to it. Its cost grows with these orders, not with those sent before.';
COMMENT ON COLUMN crm.new_order.data_source_id IS 'The store it goes to.';
COMMENT ON COLUMN crm.new_order.order_id IS 'The order.';
COMMENT ON COLUMN crm.new_order.completed_at IS 'When it became COMPLETE.';

-- migrate:down
DROP VIEW crm.new_order;
DROP TRIGGER leave_outbox ON crm.order_push;
DROP TRIGGER keep_outbox_of_changed ON crm.customer_order;
DROP TRIGGER keep_outbox_of_new ON crm.customer_order;
DROP FUNCTION crm.leave_order_outbox(), crm.keep_order_outbox();
DROP TABLE crm.order_outbox;
