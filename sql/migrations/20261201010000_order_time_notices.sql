-- migrate:up
CREATE TABLE crm.order_time_notice (
    order_time_notice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL,
    checked_at timestamptz
);
COMMENT ON TABLE crm.order_time_notice IS 'Orders whose completed_at the CRM corrected lately. Fills itself; rows are only added, so no transaction of the CRM waits for one of ours, nor ours for it. include/crm/order_times.py corrects crm.order_push from it.';
COMMENT ON COLUMN crm.order_time_notice.order_time_notice_id IS 'Our id.';
COMMENT ON COLUMN crm.order_time_notice.order_id IS 'The order. No foreign key, so that no transaction of the CRM holds up ours.';
COMMENT ON COLUMN crm.order_time_notice.checked_at IS 'When the notice was first seen. Whatever added the order to the ledger with its former time had begun before, and has ended minutes later: only then the notice may go.';

CREATE FUNCTION crm.note_order_time() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
    -- nearly all orders complete for the first time; those are in no ledger
    IF OLD.completed_at IS NOT NULL OR EXISTS (SELECT FROM crm.order_push push WHERE push.order_id = NEW.order_id) THEN
        INSERT INTO crm.order_time_notice (order_id) VALUES (NEW.order_id);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.note_order_time() IS 'Adds the order whose time changed to crm.order_time_notice. With the rights of its owner, so that a role that writes orders needs no rights to that table.';
CREATE TRIGGER note_order_time AFTER UPDATE ON crm.customer_order
    FOR EACH ROW WHEN (OLD.completed_at IS DISTINCT FROM NEW.completed_at)
    EXECUTE FUNCTION crm.note_order_time();

-- It changed the ledger within the CRM's transaction: each of the two could wait for the other.
DROP TRIGGER correct_order_completed_at ON crm.customer_order;
DROP FUNCTION crm.correct_order_completed_at();
COMMENT ON COLUMN crm.order_push.order_completed_at IS 'completed_at of the order (date_created, should it have none), so that the orders of any time are found without reading those of other times. Fills itself in; the next look for due orders follows what the CRM corrects.';

-- At the commit: until then a transaction of the CRM would wait for ours to change the order's row in the outbox.
DROP TRIGGER leave_outbox ON crm.order_push;
CREATE CONSTRAINT TRIGGER leave_outbox AFTER INSERT ON crm.order_push
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION crm.leave_order_outbox();

-- Nothing of ours locks an order of the CRM for these: an order that a store has cannot be deleted anyway, because
-- crm.order_push refers to it.
ALTER TABLE crm.store_order DROP CONSTRAINT store_order_order_id_fkey;
ALTER TABLE crm.order_shipment DROP CONSTRAINT order_shipment_order_id_fkey;
ALTER TABLE crm.order_reversal DROP CONSTRAINT order_reversal_order_id_fkey;

-- migrate:down
DROP TRIGGER leave_outbox ON crm.order_push;
CREATE TRIGGER leave_outbox AFTER INSERT ON crm.order_push
    FOR EACH ROW EXECUTE FUNCTION crm.leave_order_outbox();
ALTER TABLE crm.order_reversal ADD FOREIGN KEY (order_id) REFERENCES crm.customer_order;
ALTER TABLE crm.order_shipment ADD FOREIGN KEY (order_id) REFERENCES crm.customer_order;
ALTER TABLE crm.store_order ADD FOREIGN KEY (order_id) REFERENCES crm.customer_order;
CREATE FUNCTION crm.correct_order_completed_at() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE crm.order_push SET order_completed_at = coalesce(NEW.completed_at, NEW.date_created)
    WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.correct_order_completed_at() IS 'Follows the CRM where it corrects the time of an order that is in the ledger. With the rights of its owner, so that whoever writes orders need not write the ledger.';
CREATE TRIGGER correct_order_completed_at AFTER UPDATE ON crm.customer_order
    FOR EACH ROW WHEN (OLD.completed_at IS DISTINCT FROM NEW.completed_at)
    EXECUTE FUNCTION crm.correct_order_completed_at();
UPDATE crm.order_push push SET order_completed_at = coalesce(sold.completed_at, sold.date_created)
FROM crm.customer_order sold
WHERE sold.order_id IN (SELECT order_id FROM crm.order_time_notice) AND push.order_id = sold.order_id;
DROP TRIGGER note_order_time ON crm.customer_order;
DROP FUNCTION crm.note_order_time();
DROP TABLE crm.order_time_notice;
