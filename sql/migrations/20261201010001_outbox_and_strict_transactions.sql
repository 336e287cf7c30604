-- migrate:up
CREATE FUNCTION crm.change_order_outbox(changed crm.customer_order) RETURNS void
    LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF changed.order_status = 'COMPLETE' AND NOT changed.is_test
       AND NOT EXISTS (SELECT FROM crm.order_push push JOIN crm.data_source source USING (data_source_id)
                       WHERE push.order_id = changed.order_id AND source.campaign_id = changed.campaign_id) THEN
        INSERT INTO crm.order_outbox (order_id, campaign_id, order_type, completed_at)
        VALUES (changed.order_id, changed.campaign_id, changed.order_type, changed.completed_at)
        ON CONFLICT (order_id) DO UPDATE
        SET campaign_id = excluded.campaign_id, order_type = excluded.order_type,
            completed_at = excluded.completed_at;
    ELSE
        DELETE FROM crm.order_outbox WHERE order_id = changed.order_id;
    END IF;
END $$;
COMMENT ON FUNCTION crm.change_order_outbox(crm.customer_order) IS 'Adds, changes or removes an order''s row in crm.order_outbox.';

CREATE OR REPLACE FUNCTION crm.keep_order_outbox() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- nearly always; a subtransaction for each order would slow a change of many down
    IF current_setting('transaction_isolation') = 'read committed' THEN
        PERFORM crm.change_order_outbox(NEW);
        RETURN NULL;
    END IF;
    BEGIN
        PERFORM crm.change_order_outbox(NEW);
    EXCEPTION WHEN serialization_failure THEN
        -- Since the CRM's transaction began, a push has removed the row and added the order to the ledger. The order
        -- may be one for another store by now; if it is not, a row too many does no harm.
        IF NEW.order_status = 'COMPLETE' AND NOT NEW.is_test THEN
            INSERT INTO crm.order_outbox (order_id, campaign_id, order_type, completed_at)
            VALUES (NEW.order_id, NEW.campaign_id, NEW.order_type, NEW.completed_at);
        END IF;
    END;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.keep_order_outbox() IS 'Keeps an order''s row in crm.order_outbox, in the transaction that changes the order, and never ends that transaction, however strictly it is isolated. With the rights of its owner, so that a role that writes orders need not be able to read the ledger.';

-- migrate:down
CREATE OR REPLACE FUNCTION crm.keep_order_outbox() RETURNS trigger
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
DROP FUNCTION crm.change_order_outbox(crm.customer_order);
