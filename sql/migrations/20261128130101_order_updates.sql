-- migrate:up
CREATE TABLE crm.store_order (
    data_source_id bigint NOT NULL REFERENCES crm.data_source,
    order_id bigint NOT NULL REFERENCES crm.customer_order,
    bigcommerce_order_id bigint NOT NULL,
    status_id integer,
    status_name text NOT NULL DEFAULT '',
    status_changed_at timestamptz NOT NULL,
    total_amount numeric,
    refunded_amount numeric,
    currency_code text NOT NULL DEFAULT '',
    items_total integer,
    items_shipped integer,
    shipped_at timestamptz,
    is_deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL,
    read_again boolean NOT NULL DEFAULT false,
    first_read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    is_unshipped boolean NOT NULL GENERATED ALWAYS AS (
        NOT is_deleted
        AND (coalesce(status_id, 0) IN (0, 1, 3, 7, 8, 9, 11, 12)
             OR status_id = 14 AND coalesce(items_shipped < items_total, false))) STORED,
    is_undone boolean NOT NULL GENERATED ALWAYS AS (
        coalesce(status_id, 0) IN (4, 5, 6) OR is_deleted AND coalesce(status_id, 0) NOT IN (2, 10)) STORED,
    PRIMARY KEY (data_source_id, order_id)
);
CREATE INDEX store_order_order ON crm.store_order (order_id);
CREATE INDEX store_order_unshipped ON crm.store_order (data_source_id, read_at) WHERE is_unshipped;
CREATE INDEX store_order_undone ON crm.store_order (data_source_id, status_changed_at) WHERE is_undone;
COMMENT ON TABLE crm.store_order IS 'Each pushed order as its store has it now. Written by the order updates only. Whenever a status or a shipment changes, NOTIFY crm_order_update says so.';
COMMENT ON COLUMN crm.store_order.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.store_order.order_id IS 'The CRM order.';
COMMENT ON COLUMN crm.store_order.bigcommerce_order_id IS 'Its id in BigCommerce.';
COMMENT ON COLUMN crm.store_order.status_id IS 'Its status: 0 Incomplete, 1 Pending, 2 Shipped, 3 Partially Shipped, 4 Refunded, 5 Cancelled, 6 Declined, 7 Awaiting Payment, 8 Awaiting Pickup, 9 Awaiting Shipment, 10 Completed, 11 Awaiting Fulfillment, 12 Manual Verification Required, 13 Disputed, 14 Partially Refunded. Empty = the store names none.';
COMMENT ON COLUMN crm.store_order.status_name IS 'The store''s own name of the status, which a merchant can change: show it, but go by status_id.';
COMMENT ON COLUMN crm.store_order.status_changed_at IS 'When it got this status, or was deleted, by the store''s clock; it may have been a little earlier where the order changed several times between two looks.';
COMMENT ON COLUMN crm.store_order.total_amount IS 'Total with tax, as the store has it. Empty = not readable.';
COMMENT ON COLUMN crm.store_order.refunded_amount IS 'Refunded so far, as the order itself says. BigCommerce documents that it may always say 0. Empty = not readable.';
COMMENT ON COLUMN crm.store_order.currency_code IS 'ISO 4217 code of the amounts.';
COMMENT ON COLUMN crm.store_order.items_total IS 'How many items were ordered. Empty = not readable.';
COMMENT ON COLUMN crm.store_order.items_shipped IS 'How many items were shipped. An order set to Shipped without a shipment may say 0. Empty = not readable.';
COMMENT ON COLUMN crm.store_order.shipped_at IS 'When all of it was shipped, as the store says, also without a shipment. Empty = not yet, or the store does not say.';
COMMENT ON COLUMN crm.store_order.is_deleted IS 'Whether it was deleted in the store, which BigCommerce also calls archived; or the store has no such order any more.';
COMMENT ON COLUMN crm.store_order.changed_at IS 'When the store last changed anything of it, by the store''s clock.';
COMMENT ON COLUMN crm.store_order.read_again IS 'Whether the next look reads its shipments again, even if nothing seems to have changed: it was read within moments of the change, and another change of the same second would look the same.';
COMMENT ON COLUMN crm.store_order.first_read_at IS 'When it was first read from the store, by our clock.';
COMMENT ON COLUMN crm.store_order.read_at IS 'When it was last read from the store, by our clock.';
COMMENT ON COLUMN crm.store_order.is_unshipped IS 'Whether something of it is still to be shipped, as far as its status says: neither shipped, completed, refunded, cancelled, declined, disputed nor deleted. Fills itself in.';
COMMENT ON COLUMN crm.store_order.is_undone IS 'Whether it was refunded, cancelled or declined in the store, or deleted there before it was shipped. Fills itself in.';

CREATE TABLE crm.order_shipment (
    data_source_id bigint NOT NULL REFERENCES crm.data_source,
    bigcommerce_shipment_id bigint NOT NULL,
    order_id bigint NOT NULL REFERENCES crm.customer_order,
    carrier text NOT NULL DEFAULT '',
    shipping_method text NOT NULL DEFAULT '',
    tracking_number text NOT NULL DEFAULT '',
    tracking_link text NOT NULL DEFAULT '' CHECK (tracking_link = '' OR tracking_link ~ '^https?://'),
    shipped_at timestamptz,
    voided_at timestamptz,
    first_read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (data_source_id, bigcommerce_shipment_id)
);
CREATE INDEX order_shipment_order ON crm.order_shipment (order_id);
COMMENT ON TABLE crm.order_shipment IS 'The shipments of pushed orders, as the store has them; an order may be split into several. An order that was set to Shipped without a shipment has none: see crm.store_order. Written by the order updates only.';
COMMENT ON COLUMN crm.order_shipment.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.order_shipment.bigcommerce_shipment_id IS 'Its id in BigCommerce.';
COMMENT ON COLUMN crm.order_shipment.order_id IS 'The CRM order.';
COMMENT ON COLUMN crm.order_shipment.carrier IS 'Who carries it, e.g. FedEx; empty if the store does not say.';
COMMENT ON COLUMN crm.order_shipment.shipping_method IS 'How, in the store''s words, e.g. Ship by Weight.';
COMMENT ON COLUMN crm.order_shipment.tracking_number IS 'The carrier''s number of the parcel; empty if there is none.';
COMMENT ON COLUMN crm.order_shipment.tracking_link IS 'Where the customer can follow the parcel: always http or https, else empty.';
COMMENT ON COLUMN crm.order_shipment.shipped_at IS 'When the store recorded it, by the store''s clock. Empty = not readable.';
COMMENT ON COLUMN crm.order_shipment.voided_at IS 'When it was first missing in the store: somebody deleted it there. Empty = it is valid.';
COMMENT ON COLUMN crm.order_shipment.first_read_at IS 'When it was first read from the store, by our clock.';
COMMENT ON COLUMN crm.order_shipment.updated_at IS 'When anything of it last changed here, by our clock.';

CREATE TABLE crm.order_shipment_line (
    data_source_id bigint NOT NULL,
    bigcommerce_shipment_id bigint NOT NULL,
    bigcommerce_order_product_id bigint NOT NULL,
    bigcommerce_product_id bigint,
    line_number integer,
    sku text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    quantity integer NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (data_source_id, bigcommerce_shipment_id, bigcommerce_order_product_id),
    FOREIGN KEY (data_source_id, bigcommerce_shipment_id) REFERENCES crm.order_shipment ON DELETE CASCADE
);
COMMENT ON TABLE crm.order_shipment_line IS 'What is in a shipment.';
COMMENT ON COLUMN crm.order_shipment_line.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.order_shipment_line.bigcommerce_shipment_id IS 'The shipment.';
COMMENT ON COLUMN crm.order_shipment_line.bigcommerce_order_product_id IS 'The store''s id of the order''s line.';
COMMENT ON COLUMN crm.order_shipment_line.bigcommerce_product_id IS 'The store''s product; empty for a line that is not in its catalogue.';
COMMENT ON COLUMN crm.order_shipment_line.line_number IS 'The line of crm.customer_order_line. Empty where several lines of the order have the same product, so that it is not certain which one this is.';
COMMENT ON COLUMN crm.order_shipment_line.sku IS 'SKU of that line; empty where the line is not certain.';
COMMENT ON COLUMN crm.order_shipment_line.name IS 'Name of that line, or of the product where the line is not certain.';
COMMENT ON COLUMN crm.order_shipment_line.quantity IS 'How many are in the shipment.';

CREATE TABLE crm.order_update_cursor (
    data_source_id bigint PRIMARY KEY REFERENCES crm.data_source,
    read_until timestamptz NOT NULL,
    known_change_at timestamptz,
    looked_at timestamptz
);
COMMENT ON TABLE crm.order_update_cursor IS 'How far the changes of each store''s orders were read. Written by the order updates only.';
COMMENT ON COLUMN crm.order_update_cursor.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.order_update_cursor.read_until IS 'Every change before then was read, by the store''s clock. The next look begins a little earlier.';
COMMENT ON COLUMN crm.order_update_cursor.known_change_at IS 'A change that was read, from before the time at which the next look begins: a list that reaches back to it is complete. Empty = none is known.';
COMMENT ON COLUMN crm.order_update_cursor.looked_at IS 'When the last look began that read everything, by our clock. Empty = none did yet.';

CREATE INDEX order_push_pushed ON crm.order_push (data_source_id, updated_at) WHERE state = 'pushed';

CREATE FUNCTION crm.notify_order_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('crm_order_update', NEW.order_id::text);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.notify_order_update() IS 'Tells the CRM which order''s status or shipments changed: LISTEN crm_order_update; the payload is the order id alone.';
CREATE TRIGGER notify_new_status AFTER INSERT ON crm.store_order
    FOR EACH ROW EXECUTE FUNCTION crm.notify_order_update();
CREATE TRIGGER notify_changed_status AFTER UPDATE ON crm.store_order
    FOR EACH ROW WHEN ((OLD.status_id, OLD.status_name, OLD.total_amount, OLD.refunded_amount, OLD.is_deleted)
                       IS DISTINCT FROM
                       (NEW.status_id, NEW.status_name, NEW.total_amount, NEW.refunded_amount, NEW.is_deleted))
    EXECUTE FUNCTION crm.notify_order_update();
CREATE TRIGGER notify_shipment AFTER INSERT OR UPDATE ON crm.order_shipment
    FOR EACH ROW EXECUTE FUNCTION crm.notify_order_update();

ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce', 'unknown to the CRM',
                        'refunded in the CRM', 'cancelled in the CRM',
                        'not shipped', 'refunded in BigCommerce', 'cancelled in BigCommerce'));
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there; unknown to the CRM = BigCommerce has it from us, but the CRM has no such order; refunded in the CRM, cancelled in the CRM = so after it was pushed, while BigCommerce still has it as it was sent; refunded in BigCommerce, cancelled in BigCommerce = so there, while it is COMPLETE in the CRM; not shipped = paid, in BigCommerce for days, and still to be shipped.';

-- migrate:down
DELETE FROM crm.order_finding
WHERE kind IN ('not shipped', 'refunded in BigCommerce', 'cancelled in BigCommerce');
ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce', 'unknown to the CRM',
                        'refunded in the CRM', 'cancelled in the CRM'));
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there; unknown to the CRM = BigCommerce has it from us, but the CRM has no such order; refunded in the CRM, cancelled in the CRM = so after it was pushed, while BigCommerce still has it as it was sent.';
DROP INDEX crm.order_push_pushed;
DROP TABLE crm.order_shipment_line, crm.order_shipment, crm.order_update_cursor, crm.store_order;
DROP FUNCTION crm.notify_order_update();
