-- migrate:up
ALTER TABLE crm.order_push ADD COLUMN order_completed_at timestamptz;
COMMENT ON COLUMN crm.order_push.order_completed_at IS 'completed_at of the order (date_created, should it have none), so that the orders of any time are found without reading those of other times. Fills itself in.';

CREATE FUNCTION crm.fill_order_completed_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.order_completed_at := (
        SELECT coalesce(completed_at, date_created) FROM crm.customer_order WHERE order_id = NEW.order_id);
    RETURN NEW;
END $$;
COMMENT ON FUNCTION crm.fill_order_completed_at() IS 'An order in the ledger knows when it became COMPLETE.';
CREATE TRIGGER fill_order_completed_at BEFORE INSERT ON crm.order_push
    FOR EACH ROW EXECUTE FUNCTION crm.fill_order_completed_at();

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

UPDATE crm.order_push push SET order_completed_at = coalesce(customer_order.completed_at, customer_order.date_created)
FROM crm.customer_order customer_order
WHERE customer_order.order_id = push.order_id;
ALTER TABLE crm.order_push ALTER COLUMN order_completed_at SET NOT NULL;
CREATE INDEX order_push_completed ON crm.order_push (order_completed_at, order_push_id);
CREATE INDEX order_push_store_completed ON crm.order_push (data_source_id, order_completed_at, order_push_id);

-- migrate:down
DROP INDEX crm.order_push_store_completed, crm.order_push_completed;
DROP TRIGGER correct_order_completed_at ON crm.customer_order;
DROP TRIGGER fill_order_completed_at ON crm.order_push;
DROP FUNCTION crm.correct_order_completed_at(), crm.fill_order_completed_at();
ALTER TABLE crm.order_push DROP COLUMN order_completed_at;
