-- migrate:up
CREATE TABLE crm.customer_order (
    order_id bigint PRIMARY KEY,
    client_order_id text NOT NULL DEFAULT '',
    campaign_id bigint NOT NULL REFERENCES crm.campaign,
    order_type text NOT NULL CHECK (order_type IN ('NEW_SALE', 'RECURRING')),
    order_status text NOT NULL
        CHECK (order_status IN ('COMPLETE', 'PARTIAL', 'DECLINED', 'REFUNDED', 'CANCELLED', 'PENDING')),
    is_test boolean NOT NULL DEFAULT false,
    customer_id bigint,
    billing_cycle_number integer NOT NULL DEFAULT 1 CHECK (billing_cycle_number >= 1),
    original_order_id bigint,
    currency_code text NOT NULL,
    price numeric NOT NULL,
    total_discount numeric NOT NULL DEFAULT 0,
    base_shipping numeric NOT NULL DEFAULT 0,
    sales_tax numeric NOT NULL DEFAULT 0,
    total_amount numeric NOT NULL,
    coupon_code text NOT NULL DEFAULT '',
    pay_source text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    email_address text NOT NULL DEFAULT '',
    phone_number text NOT NULL DEFAULT '',
    first_name text NOT NULL DEFAULT '',
    last_name text NOT NULL DEFAULT '',
    company_name text NOT NULL DEFAULT '',
    address1 text NOT NULL DEFAULT '',
    address2 text NOT NULL DEFAULT '',
    city text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT '',
    postal_code text NOT NULL DEFAULT '',
    country text NOT NULL DEFAULT '',
    ship_first_name text NOT NULL DEFAULT '',
    ship_last_name text NOT NULL DEFAULT '',
    ship_company_name text NOT NULL DEFAULT '',
    ship_address1 text NOT NULL DEFAULT '',
    ship_address2 text NOT NULL DEFAULT '',
    ship_city text NOT NULL DEFAULT '',
    ship_state text NOT NULL DEFAULT '',
    ship_postal_code text NOT NULL DEFAULT '',
    ship_country text NOT NULL DEFAULT '',
    date_created timestamptz NOT NULL DEFAULT now(),
    date_updated timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz
);
CREATE INDEX customer_order_to_push ON crm.customer_order (campaign_id, completed_at)
    WHERE order_status = 'COMPLETE' AND NOT is_test;
COMMENT ON TABLE crm.customer_order IS 'Orders, written by the CRM itself (every column but completed_at, which fills itself in). Insert an order and its lines in one transaction. The order push only reads them.';
COMMENT ON COLUMN crm.customer_order.order_id IS 'orderId: the CRM''s id of the order.';
COMMENT ON COLUMN crm.customer_order.client_order_id IS 'clientOrderId.';
COMMENT ON COLUMN crm.customer_order.campaign_id IS 'The campaign it was sold under; its data source is the store it is sent to.';
COMMENT ON COLUMN crm.customer_order.order_type IS 'NEW_SALE = initial order, RECURRING = rebill.';
COMMENT ON COLUMN crm.customer_order.order_status IS 'Only COMPLETE orders are sent to BigCommerce.';
COMMENT ON COLUMN crm.customer_order.is_test IS 'Paid with a test card: never leaves the CRM.';
COMMENT ON COLUMN crm.customer_order.customer_id IS 'customerId.';
COMMENT ON COLUMN crm.customer_order.billing_cycle_number IS '1 = initial order, 2 and more = rebills.';
COMMENT ON COLUMN crm.customer_order.original_order_id IS 'Of a rebill: the order that began the subscription.';
COMMENT ON COLUMN crm.customer_order.currency_code IS 'ISO 4217 code of every amount of the order.';
COMMENT ON COLUMN crm.customer_order.price IS 'Sum of the lines before discount: quantity x price.';
COMMENT ON COLUMN crm.customer_order.total_discount IS 'Taken off price, as a positive number.';
COMMENT ON COLUMN crm.customer_order.base_shipping IS 'Shipping charged.';
COMMENT ON COLUMN crm.customer_order.sales_tax IS 'Tax charged on top.';
COMMENT ON COLUMN crm.customer_order.total_amount IS 'What the customer paid: price - total_discount + base_shipping + sales_tax.';
COMMENT ON COLUMN crm.customer_order.coupon_code IS 'Coupon used, if any.';
COMMENT ON COLUMN crm.customer_order.pay_source IS 'CREDITCARD, PAYPAL, …';
COMMENT ON COLUMN crm.customer_order.name IS 'Full name of the customer.';
COMMENT ON COLUMN crm.customer_order.email_address IS 'E-mail of the customer.';
COMMENT ON COLUMN crm.customer_order.phone_number IS 'Telephone of the customer.';
COMMENT ON COLUMN crm.customer_order.first_name IS 'Billing address: first name.';
COMMENT ON COLUMN crm.customer_order.last_name IS 'Billing address: last name.';
COMMENT ON COLUMN crm.customer_order.company_name IS 'Billing address: company.';
COMMENT ON COLUMN crm.customer_order.address1 IS 'Billing address: first line.';
COMMENT ON COLUMN crm.customer_order.address2 IS 'Billing address: second line.';
COMMENT ON COLUMN crm.customer_order.city IS 'Billing address: city.';
COMMENT ON COLUMN crm.customer_order.state IS 'Billing address: state, as a name or as a code (ISO 3166-2, with or without the country).';
COMMENT ON COLUMN crm.customer_order.postal_code IS 'Billing address: postal code.';
COMMENT ON COLUMN crm.customer_order.country IS 'Billing address: ISO 3166-1 alpha-2 code.';
COMMENT ON COLUMN crm.customer_order.ship_first_name IS 'Shipping address: first name. All ship_ columns empty = as the billing address.';
COMMENT ON COLUMN crm.customer_order.ship_last_name IS 'Shipping address: last name.';
COMMENT ON COLUMN crm.customer_order.ship_company_name IS 'Shipping address: company.';
COMMENT ON COLUMN crm.customer_order.ship_address1 IS 'Shipping address: first line.';
COMMENT ON COLUMN crm.customer_order.ship_address2 IS 'Shipping address: second line.';
COMMENT ON COLUMN crm.customer_order.ship_city IS 'Shipping address: city.';
COMMENT ON COLUMN crm.customer_order.ship_state IS 'Shipping address: state, as a name or as a code.';
COMMENT ON COLUMN crm.customer_order.ship_postal_code IS 'Shipping address: postal code.';
COMMENT ON COLUMN crm.customer_order.ship_country IS 'Shipping address: ISO 3166-1 alpha-2 code.';
COMMENT ON COLUMN crm.customer_order.date_created IS 'dateCreated.';
COMMENT ON COLUMN crm.customer_order.date_updated IS 'dateUpdated.';
COMMENT ON COLUMN crm.customer_order.completed_at IS 'When the order became COMPLETE. Fills itself in; the CRM may give it.';

CREATE TABLE crm.customer_order_line (
    order_id bigint NOT NULL REFERENCES crm.customer_order ON DELETE CASCADE,
    line_number integer NOT NULL CHECK (line_number >= 1),
    campaign_product_id bigint,
    variant_detail_id bigint,
    sku text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    quantity integer NOT NULL,
    price numeric NOT NULL,
    PRIMARY KEY (order_id, line_number)
);
COMMENT ON TABLE crm.customer_order_line IS 'What was ordered, written by the CRM itself.';
COMMENT ON COLUMN crm.customer_order_line.order_id IS 'The order.';
COMMENT ON COLUMN crm.customer_order_line.line_number IS 'Place in the order, from 1.';
COMMENT ON COLUMN crm.customer_order_line.campaign_product_id IS 'The campaign product.';
COMMENT ON COLUMN crm.customer_order_line.variant_detail_id IS 'The variant; of one that BigCommerce no longer has, name and SKU are sent instead.';
COMMENT ON COLUMN crm.customer_order_line.sku IS 'SKU when it was ordered.';
COMMENT ON COLUMN crm.customer_order_line.name IS 'Name when it was ordered.';
COMMENT ON COLUMN crm.customer_order_line.quantity IS 'How many.';
COMMENT ON COLUMN crm.customer_order_line.price IS 'Price of one, before discount.';

CREATE FUNCTION crm.fill_completed_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.order_status = 'COMPLETE' AND NEW.completed_at IS NULL THEN
        NEW.completed_at := now();
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION crm.fill_completed_at() IS 'An order that becomes COMPLETE did so now, unless the CRM says when.';
CREATE TRIGGER fill_completed_at BEFORE INSERT OR UPDATE ON crm.customer_order
    FOR EACH ROW EXECUTE FUNCTION crm.fill_completed_at();

ALTER TABLE crm.data_source
    ADD COLUMN send_initial_orders_since timestamptz,
    ADD COLUMN send_rebill_orders_since timestamptz,
    ADD COLUMN order_lookup_delay_seconds integer NOT NULL DEFAULT 120 CHECK (order_lookup_delay_seconds >= 1);
COMMENT ON COLUMN crm.data_source.send_initial_orders_since IS 'When sendInitialOrders was switched on: earlier orders are sent by backfill only. Fills itself in.';
COMMENT ON COLUMN crm.data_source.send_rebill_orders_since IS 'When sendRebillOrders was switched on: earlier orders are sent by backfill only. Fills itself in.';
COMMENT ON COLUMN crm.data_source.order_lookup_delay_seconds IS 'After an order was sent and no clear answer came: seconds before each look-up whether BigCommerce has it. A new order may not be findable at once; too short a delay risks sending it twice.';

CREATE FUNCTION crm.fill_send_orders_since() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.send_initial_orders_since := CASE WHEN NEW.send_initial_orders
        THEN coalesce(NEW.send_initial_orders_since, now()) END;
    NEW.send_rebill_orders_since := CASE WHEN NEW.send_rebill_orders
        THEN coalesce(NEW.send_rebill_orders_since, now()) END;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION crm.fill_send_orders_since() IS 'Remembers since when initial orders and rebills are sent; forgets it when that is switched off.';
CREATE TRIGGER fill_send_orders_since BEFORE INSERT OR UPDATE ON crm.data_source
    FOR EACH ROW EXECUTE FUNCTION crm.fill_send_orders_since();

CREATE TABLE crm.order_push (
    order_push_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    data_source_id bigint NOT NULL REFERENCES crm.data_source,
    order_id bigint NOT NULL REFERENCES crm.customer_order,
    state text NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'sending', 'pushed', 'rejected', 'uncertain')),
    requested_by text NOT NULL CHECK (requested_by IN ('schedule', 'backfill', 'manual')),
    next_attempt_at timestamptz DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    lookups integer NOT NULL DEFAULT 0,
    sent_at timestamptz,
    worker text,
    lease_until timestamptz,
    bigcommerce_order_id bigint,
    reason text,
    next_step text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (data_source_id, order_id),
    CHECK ((state = 'pushed') = (bigcommerce_order_id IS NOT NULL)),
    CHECK (state <> 'rejected' OR (reason IS NOT NULL AND next_step IS NOT NULL)),
    CHECK (state NOT IN ('sending', 'uncertain') OR sent_at IS NOT NULL)
);
CREATE INDEX order_push_open ON crm.order_push (data_source_id, next_attempt_at)
    WHERE state IN ('pending', 'sending', 'uncertain');
CREATE INDEX order_push_state ON crm.order_push (data_source_id, state, order_id);
COMMENT ON TABLE crm.order_push IS 'The ledger of the order push: where each order stands on its way to BigCommerce. Written by the order push only.';
COMMENT ON COLUMN crm.order_push.order_push_id IS 'Our id.';
COMMENT ON COLUMN crm.order_push.data_source_id IS 'The store it goes to.';
COMMENT ON COLUMN crm.order_push.order_id IS 'The CRM order. One row per store and order: an order cannot go twice.';
COMMENT ON COLUMN crm.order_push.state IS 'pending = waits to be sent; sending = on its way; pushed = BigCommerce has it; rejected = BigCommerce will not take it as it is; uncertain = sent, but no clear answer: it is being looked up.';
COMMENT ON COLUMN crm.order_push.requested_by IS 'schedule, backfill or manual.';
COMMENT ON COLUMN crm.order_push.next_attempt_at IS 'Not to be sent, or looked up, before; empty = not by itself.';
COMMENT ON COLUMN crm.order_push.attempts IS 'How often it was sent.';
COMMENT ON COLUMN crm.order_push.lookups IS 'How often it was looked up in vain since it was last sent.';
COMMENT ON COLUMN crm.order_push.sent_at IS 'When it was last about to be sent: committed before the request leaves.';
COMMENT ON COLUMN crm.order_push.worker IS 'Who holds it until lease_until.';
COMMENT ON COLUMN crm.order_push.lease_until IS 'Until then no other worker touches it.';
COMMENT ON COLUMN crm.order_push.bigcommerce_order_id IS 'Its id in BigCommerce.';
COMMENT ON COLUMN crm.order_push.reason IS 'Why it was rejected, waits or is uncertain, in one sentence.';
COMMENT ON COLUMN crm.order_push.next_step IS 'What to do about it.';
COMMENT ON COLUMN crm.order_push.created_at IS 'When it was first chosen to be sent.';
COMMENT ON COLUMN crm.order_push.updated_at IS 'When anything of it last changed.';

CREATE VIEW crm.switched_on_order AS
SELECT source.data_source_id, customer_order.order_id, customer_order.order_status, customer_order.is_test,
       customer_order.completed_at,
       CASE customer_order.order_type
           WHEN 'NEW_SALE' THEN source.send_initial_orders_since
           ELSE source.send_rebill_orders_since END AS switched_on_at
FROM crm.customer_order customer_order
JOIN crm.data_source source USING (campaign_id)
WHERE source.state = 'active'
  AND CASE customer_order.order_type
      WHEN 'NEW_SALE' THEN source.send_initial_orders
      ELSE source.send_rebill_orders END;
COMMENT ON VIEW crm.switched_on_order IS 'Orders of the types that their active data source sends, in whatever state.';
COMMENT ON COLUMN crm.switched_on_order.data_source_id IS 'The store it goes to.';
COMMENT ON COLUMN crm.switched_on_order.order_id IS 'The order.';
COMMENT ON COLUMN crm.switched_on_order.order_status IS 'Its status.';
COMMENT ON COLUMN crm.switched_on_order.is_test IS 'Whether it is a test.';
COMMENT ON COLUMN crm.switched_on_order.completed_at IS 'When it became COMPLETE.';
COMMENT ON COLUMN crm.switched_on_order.switched_on_at IS 'Since when orders of its type are sent.';

CREATE VIEW crm.sendable_order AS
SELECT data_source_id, order_id, completed_at, completed_at >= switched_on_at AS is_new
FROM crm.switched_on_order
WHERE order_status = 'COMPLETE' AND NOT is_test;
COMMENT ON VIEW crm.sendable_order IS 'Orders that the settings ask to be sent: COMPLETE, no tests, of an active data source''s campaign, of a type that is switched on.';
COMMENT ON COLUMN crm.sendable_order.data_source_id IS 'The store it goes to.';
COMMENT ON COLUMN crm.sendable_order.order_id IS 'The order.';
COMMENT ON COLUMN crm.sendable_order.completed_at IS 'When it became COMPLETE.';
COMMENT ON COLUMN crm.sendable_order.is_new IS 'Completed since the switch was turned on: sent by itself. Earlier ones are sent by backfill only.';

CREATE TABLE crm.order_push_attempt (
    order_push_attempt_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    order_push_id bigint NOT NULL REFERENCES crm.order_push,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    worker text NOT NULL,
    action text NOT NULL CHECK (action IN ('send', 'look up', 'translate', 'retry')),
    outcome text NOT NULL,
    status integer,
    detail text NOT NULL DEFAULT ''
);
CREATE INDEX order_push_attempt_order ON crm.order_push_attempt (order_push_id);
COMMENT ON TABLE crm.order_push_attempt IS 'Every decision about an order on its way, oldest first. No addresses, no tokens.';
COMMENT ON COLUMN crm.order_push_attempt.order_push_attempt_id IS 'Our id.';
COMMENT ON COLUMN crm.order_push_attempt.order_push_id IS 'The order''s row in the ledger.';
COMMENT ON COLUMN crm.order_push_attempt.at IS 'When.';
COMMENT ON COLUMN crm.order_push_attempt.worker IS 'Who: a worker of a run, or the person''s command.';
COMMENT ON COLUMN crm.order_push_attempt.action IS 'send, look up, translate, or retry (a person asked to try again).';
COMMENT ON COLUMN crm.order_push_attempt.outcome IS 'pushed, rejected, uncertain, waits, not found, adopted, found twice, asked for.';
COMMENT ON COLUMN crm.order_push_attempt.status IS 'HTTP status of the answer, if one came.';
COMMENT ON COLUMN crm.order_push_attempt.detail IS 'The store''s own words, or ours.';

CREATE TABLE crm.order_reconciliation (
    order_reconciliation_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    data_source_id bigint NOT NULL REFERENCES crm.data_source,
    from_time timestamptz NOT NULL,
    to_time timestamptz NOT NULL CHECK (to_time > from_time),
    orders_in_crm integer NOT NULL,
    orders_in_store integer NOT NULL,
    findings integer NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE crm.order_reconciliation IS 'Both sides compared: the orders that should be in BigCommerce, and those of ours that are.';
COMMENT ON COLUMN crm.order_reconciliation.order_reconciliation_id IS 'Our id.';
COMMENT ON COLUMN crm.order_reconciliation.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.order_reconciliation.from_time IS 'Orders completed from then on …';
COMMENT ON COLUMN crm.order_reconciliation.to_time IS '… and before then.';
COMMENT ON COLUMN crm.order_reconciliation.orders_in_crm IS 'Orders that should be in BigCommerce.';
COMMENT ON COLUMN crm.order_reconciliation.orders_in_store IS 'Orders of ours that BigCommerce has.';
COMMENT ON COLUMN crm.order_reconciliation.findings IS 'How many differences.';
COMMENT ON COLUMN crm.order_reconciliation.made_at IS 'When it was compared.';

CREATE TABLE crm.order_finding (
    order_reconciliation_id bigint NOT NULL REFERENCES crm.order_reconciliation ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce')),
    order_id bigint NOT NULL,
    bigcommerce_order_ids bigint[] NOT NULL,
    sentence text NOT NULL
);
CREATE INDEX order_finding_reconciliation ON crm.order_finding (order_reconciliation_id);
COMMENT ON TABLE crm.order_finding IS 'One difference that a reconciliation found.';
COMMENT ON COLUMN crm.order_finding.order_reconciliation_id IS 'The reconciliation.';
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there.';
COMMENT ON COLUMN crm.order_finding.order_id IS 'The CRM order.';
COMMENT ON COLUMN crm.order_finding.bigcommerce_order_ids IS 'Its ids in BigCommerce, if any.';
COMMENT ON COLUMN crm.order_finding.sentence IS 'What was found and what to do.';

-- migrate:down
DROP VIEW crm.sendable_order, crm.switched_on_order;
DROP TABLE crm.order_finding, crm.order_reconciliation, crm.order_push_attempt, crm.order_push,
    crm.customer_order_line, crm.customer_order;
DROP TRIGGER fill_send_orders_since ON crm.data_source;
DROP FUNCTION crm.fill_completed_at(), crm.fill_send_orders_since();
ALTER TABLE crm.data_source
    DROP COLUMN send_initial_orders_since, DROP COLUMN send_rebill_orders_since,
    DROP COLUMN order_lookup_delay_seconds;
