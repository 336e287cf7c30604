-- migrate:up
CREATE TABLE crm.order_refund (
    refund_id bigint PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES crm.customer_order,
    amount numeric NOT NULL,
    shipping numeric,
    tax numeric,
    reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX order_refund_order ON crm.order_refund (order_id);
CREATE INDEX order_refund_created ON crm.order_refund (created_at);
COMMENT ON TABLE crm.order_refund IS 'Refunds, written by the CRM itself. Insert a refund and its lines in one transaction, and do not change them later. The money is paid back by the CRM; BigCommerce only learns of it.';
COMMENT ON COLUMN crm.order_refund.refund_id IS 'The CRM''s id of the refund.';
COMMENT ON COLUMN crm.order_refund.order_id IS 'The order of which something was paid back.';
COMMENT ON COLUMN crm.order_refund.amount IS 'What the customer got back, shipping and tax included, in the currency of the order.';
COMMENT ON COLUMN crm.order_refund.shipping IS 'How much of the amount is shipping. Empty = none.';
COMMENT ON COLUMN crm.order_refund.tax IS 'How much of the amount is tax. Empty = the CRM does not say.';
COMMENT ON COLUMN crm.order_refund.reason IS 'Why, in the words of the CRM. BigCommerce shows it with the refund.';
COMMENT ON COLUMN crm.order_refund.created_at IS 'When the CRM refunded it.';

CREATE TABLE crm.order_refund_line (
    refund_id bigint NOT NULL REFERENCES crm.order_refund ON DELETE CASCADE,
    line_number integer NOT NULL,
    quantity integer NOT NULL,
    PRIMARY KEY (refund_id, line_number)
);
COMMENT ON TABLE crm.order_refund_line IS 'The pieces that were paid back, written by the CRM itself. A refund without lines is an amount that belongs to no piece.';
COMMENT ON COLUMN crm.order_refund_line.refund_id IS 'The refund.';
COMMENT ON COLUMN crm.order_refund_line.line_number IS 'The line of the order, see crm.customer_order_line.';
COMMENT ON COLUMN crm.order_refund_line.quantity IS 'How many pieces of it.';

ALTER TABLE crm.customer_order ADD COLUMN cancelled_at timestamptz;
CREATE INDEX customer_order_cancelled ON crm.customer_order (cancelled_at) WHERE cancelled_at IS NOT NULL;
COMMENT ON COLUMN crm.customer_order.cancelled_at IS 'When the order last became CANCELLED; empty again once it goes on after all (COMPLETE or PENDING). Fills itself in.';
COMMENT ON TABLE crm.customer_order IS 'Orders, written by the CRM itself (every column but completed_at and cancelled_at, which fill themselves in). Insert an order and its lines in one transaction. The order push only reads them.';
CREATE FUNCTION crm.fill_cancelled_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.cancelled_at := CASE
        WHEN TG_OP = 'INSERT' THEN
            CASE WHEN NEW.order_status = 'CANCELLED' THEN coalesce(NEW.cancelled_at, now()) END
        WHEN NEW.order_status IN ('COMPLETE', 'PENDING') THEN NULL
        WHEN NEW.order_status = 'CANCELLED' AND OLD.order_status <> 'CANCELLED' THEN now()
        ELSE OLD.cancelled_at END;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION crm.fill_cancelled_at() IS 'Remembers when an order became CANCELLED, however often it is written again; forgets it once the order goes on after all.';
CREATE TRIGGER fill_cancelled_at BEFORE INSERT OR UPDATE OF order_status ON crm.customer_order
    FOR EACH ROW EXECUTE FUNCTION crm.fill_cancelled_at();

ALTER TABLE crm.data_source
    ADD COLUMN mirror_refunds text NOT NULL DEFAULT 'off' CHECK (mirror_refunds IN ('off', 'record', 'status')),
    ADD COLUMN mirror_refunds_since timestamptz,
    ADD COLUMN mirror_cancellations boolean NOT NULL DEFAULT false,
    ADD COLUMN mirror_cancellations_since timestamptz;
COMMENT ON COLUMN crm.data_source.mirror_refunds IS 'What BigCommerce learns of refunds: off = nothing; record = an offline refund for each; status = only that the order is Refunded or Partially Refunded.';
COMMENT ON COLUMN crm.data_source.mirror_refunds_since IS 'When mirror_refunds was switched on: earlier refunds are not mirrored. Fills itself in.';
COMMENT ON COLUMN crm.data_source.mirror_cancellations IS 'Whether an order that the CRM cancels is cancelled in BigCommerce, unless it has shipped.';
COMMENT ON COLUMN crm.data_source.mirror_cancellations_since IS 'When mirror_cancellations was switched on: earlier cancellations are not mirrored. Fills itself in.';
CREATE FUNCTION crm.fill_mirror_since() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.mirror_refunds_since := CASE WHEN NEW.mirror_refunds <> 'off'
        THEN coalesce(NEW.mirror_refunds_since, now()) END;
    NEW.mirror_cancellations_since := CASE WHEN NEW.mirror_cancellations
        THEN coalesce(NEW.mirror_cancellations_since, now()) END;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION crm.fill_mirror_since() IS 'Remembers since when refunds and cancellations are mirrored; forgets it when that is switched off.';
CREATE TRIGGER fill_mirror_since BEFORE INSERT OR UPDATE ON crm.data_source
    FOR EACH ROW EXECUTE FUNCTION crm.fill_mirror_since();

CREATE TABLE crm.order_reversal (
    order_reversal_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    data_source_id bigint NOT NULL REFERENCES crm.data_source,
    order_id bigint NOT NULL REFERENCES crm.customer_order,
    kind text NOT NULL CHECK (kind IN ('refund', 'cancellation')),
    refund_id bigint REFERENCES crm.order_refund,
    state text NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'sending', 'pushed', 'rejected', 'uncertain', 'dismissed')),
    next_attempt_at timestamptz DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    lookups integer NOT NULL DEFAULT 0,
    sent_at timestamptz,
    claimed_at timestamptz,
    cancelled_at timestamptz,
    worker text,
    lease_until timestamptz,
    bigcommerce_refund_id bigint,
    reason text,
    next_step text,
    dismissed_at timestamptz,
    dismissed_by text,
    dismissed_because text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (data_source_id, refund_id),
    CHECK ((kind = 'refund') = (refund_id IS NOT NULL)),
    CHECK (kind = 'cancellation' OR cancelled_at IS NULL),
    CHECK (bigcommerce_refund_id IS NULL OR (kind = 'refund' AND state = 'pushed')),
    CHECK (state <> 'rejected' OR (reason IS NOT NULL AND next_step IS NOT NULL)),
    CHECK (state NOT IN ('sending', 'uncertain') OR sent_at IS NOT NULL),
    CHECK (state <> 'dismissed' OR num_nulls(dismissed_at, dismissed_by, dismissed_because) = 0)
);
CREATE UNIQUE INDEX order_reversal_one_cancellation ON crm.order_reversal (data_source_id, order_id)
    WHERE kind = 'cancellation';
CREATE UNIQUE INDEX order_reversal_one_held ON crm.order_reversal (data_source_id, order_id)
    WHERE lease_until IS NOT NULL;
CREATE UNIQUE INDEX order_reversal_one_on_its_way ON crm.order_reversal (data_source_id, order_id)
    WHERE state IN ('sending', 'uncertain');
CREATE INDEX order_reversal_open ON crm.order_reversal (data_source_id, next_attempt_at)
    WHERE state IN ('pending', 'sending', 'uncertain');
CREATE INDEX order_reversal_state ON crm.order_reversal (state, order_reversal_id DESC);
CREATE INDEX order_reversal_order ON crm.order_reversal (order_id);
CREATE INDEX order_reversal_refund ON crm.order_reversal (refund_id) WHERE refund_id IS NOT NULL;
COMMENT ON TABLE crm.order_reversal IS 'The ledger of what follows an order to BigCommerce: where each refund and each cancellation stands on its way there. A row begins once its order is pushed. Written by include/order_refunds only.';
COMMENT ON COLUMN crm.order_reversal.order_reversal_id IS 'Our id.';
COMMENT ON COLUMN crm.order_reversal.data_source_id IS 'The store that has the order.';
COMMENT ON COLUMN crm.order_reversal.order_id IS 'The CRM order. The database lets only one row of an order be held by a worker, and only one be on its way or unclear: BigCommerce wants refunds one at a time.';
COMMENT ON COLUMN crm.order_reversal.kind IS 'refund or cancellation.';
COMMENT ON COLUMN crm.order_reversal.refund_id IS 'The CRM''s refund; empty for a cancellation. One row per store and refund: a refund cannot go twice.';
COMMENT ON COLUMN crm.order_reversal.state IS 'pending = waits to be sent; sending = on its way; pushed = BigCommerce has it; rejected = it cannot go as it is, or BigCommerce has it more than once; uncertain = sent, but no clear answer: it is being looked up; dismissed = it was rejected, and a person decided that it is not sent.';
COMMENT ON COLUMN crm.order_reversal.next_attempt_at IS 'Not to be sent, or looked up, before; empty = not by itself.';
COMMENT ON COLUMN crm.order_reversal.attempts IS 'How often it was sent.';
COMMENT ON COLUMN crm.order_reversal.lookups IS 'How often it was looked up in vain since it was last sent.';
COMMENT ON COLUMN crm.order_reversal.sent_at IS 'When it was last about to be sent: committed before the request leaves.';
COMMENT ON COLUMN crm.order_reversal.claimed_at IS 'When a worker last took it up; those not taken up for longest come first.';
COMMENT ON COLUMN crm.order_reversal.cancelled_at IS 'Of a cancellation: the cancelled_at of its order that this row carries over. Once the order has a later one, the row waits to be sent again.';
COMMENT ON COLUMN crm.order_reversal.worker IS 'Who holds it until lease_until.';
COMMENT ON COLUMN crm.order_reversal.lease_until IS 'Until then no other worker touches it.';
COMMENT ON COLUMN crm.order_reversal.bigcommerce_refund_id IS 'The id of the refund in BigCommerce; empty for a cancellation, and where only the status was set.';
COMMENT ON COLUMN crm.order_reversal.reason IS 'Why it was rejected, waits or is uncertain, in one sentence. A dismissed one keeps the reason of its rejection.';
COMMENT ON COLUMN crm.order_reversal.next_step IS 'What to do about it.';
COMMENT ON COLUMN crm.order_reversal.dismissed_at IS 'When a person dismissed it.';
COMMENT ON COLUMN crm.order_reversal.dismissed_by IS 'Who dismissed it.';
COMMENT ON COLUMN crm.order_reversal.dismissed_because IS 'Why, in that person''s words.';
COMMENT ON COLUMN crm.order_reversal.created_at IS 'When it was chosen to be sent; of an order that was cancelled once more, when it was chosen again.';
COMMENT ON COLUMN crm.order_reversal.updated_at IS 'When anything of it last changed.';

CREATE TABLE crm.order_reversal_attempt (
    order_reversal_attempt_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    order_reversal_id bigint NOT NULL REFERENCES crm.order_reversal,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    worker text NOT NULL,
    action text NOT NULL
        CHECK (action IN ('check', 'quote', 'send', 'look up', 'retry', 'resolve', 'dismiss')),
    outcome text NOT NULL,
    status integer,
    detail text NOT NULL DEFAULT ''
);
CREATE INDEX order_reversal_attempt_reversal ON crm.order_reversal_attempt (order_reversal_id);
COMMENT ON TABLE crm.order_reversal_attempt IS 'Every decision about a refund or cancellation on its way, oldest first. No addresses, no tokens.';
COMMENT ON COLUMN crm.order_reversal_attempt.order_reversal_attempt_id IS 'Our id.';
COMMENT ON COLUMN crm.order_reversal_attempt.order_reversal_id IS 'Its row in the ledger.';
COMMENT ON COLUMN crm.order_reversal_attempt.at IS 'When.';
COMMENT ON COLUMN crm.order_reversal_attempt.worker IS 'Who: a worker of a run, or the person.';
COMMENT ON COLUMN crm.order_reversal_attempt.action IS 'check (whether it can be sent at all), quote (what BigCommerce would refund), send, look up, retry (a person requested another attempt), resolve (a person recorded whether BigCommerce has it), or dismiss (a person decided that it is not sent).';
COMMENT ON COLUMN crm.order_reversal_attempt.outcome IS 'pushed, adopted, rejected, uncertain, waits, not found, found twice, requested, not in BigCommerce, dismissed.';
COMMENT ON COLUMN crm.order_reversal_attempt.status IS 'HTTP status of the answer, if one came.';
COMMENT ON COLUMN crm.order_reversal_attempt.detail IS 'The store''s own words, or ours.';

CREATE VIEW crm.new_reversal AS
SELECT push.data_source_id, push.order_id, 'refund' AS kind, refund.refund_id, NULL::timestamptz AS cancelled_at
FROM crm.order_refund refund
JOIN crm.order_push push ON push.order_id = refund.order_id AND push.state = 'pushed'
JOIN crm.data_source source ON source.data_source_id = push.data_source_id
WHERE source.state = 'active'
  AND source.mirror_refunds <> 'off'
  AND refund.created_at >= source.mirror_refunds_since
  AND NOT EXISTS (SELECT FROM crm.order_reversal reversal
                  WHERE reversal.data_source_id = push.data_source_id AND reversal.refund_id = refund.refund_id)
UNION ALL
SELECT push.data_source_id, push.order_id, 'cancellation', NULL, customer_order.cancelled_at
FROM crm.customer_order customer_order
JOIN crm.order_push push ON push.order_id = customer_order.order_id AND push.state = 'pushed'
JOIN crm.data_source source ON source.data_source_id = push.data_source_id
WHERE source.state = 'active'
  AND source.mirror_cancellations
  AND customer_order.cancelled_at IS NOT NULL -- as the index has it
  AND customer_order.cancelled_at >= source.mirror_cancellations_since
  AND NOT EXISTS (SELECT FROM crm.order_reversal reversal
                  WHERE reversal.data_source_id = push.data_source_id AND reversal.order_id = push.order_id
                    AND reversal.kind = 'cancellation'
                    AND (reversal.state NOT IN ('pushed', 'rejected', 'dismissed')
                         OR reversal.cancelled_at = customer_order.cancelled_at));
COMMENT ON VIEW crm.new_reversal IS 'Refunds and cancellations of pushed orders that the settings ask to be mirrored, and that are not in the ledger yet; or cancellations that are, of orders that were cancelled once more since they were settled.';
COMMENT ON COLUMN crm.new_reversal.data_source_id IS 'The store that has the order.';
COMMENT ON COLUMN crm.new_reversal.order_id IS 'The CRM order.';
COMMENT ON COLUMN crm.new_reversal.kind IS 'refund or cancellation.';
COMMENT ON COLUMN crm.new_reversal.refund_id IS 'The CRM''s refund; empty for a cancellation.';
COMMENT ON COLUMN crm.new_reversal.cancelled_at IS 'When the order was cancelled; empty for a refund.';

-- migrate:down
DROP VIEW crm.new_reversal;
DROP TABLE crm.order_reversal_attempt, crm.order_reversal, crm.order_refund_line, crm.order_refund;
DROP TRIGGER fill_mirror_since ON crm.data_source;
DROP FUNCTION crm.fill_mirror_since();
ALTER TABLE crm.data_source
    DROP COLUMN mirror_refunds, DROP COLUMN mirror_refunds_since,
    DROP COLUMN mirror_cancellations, DROP COLUMN mirror_cancellations_since;
DROP TRIGGER fill_cancelled_at ON crm.customer_order;
DROP FUNCTION crm.fill_cancelled_at();
ALTER TABLE crm.customer_order DROP COLUMN cancelled_at;
COMMENT ON TABLE crm.customer_order IS 'Orders, written by the CRM itself (every column but completed_at, which fills itself in). Insert an order and its lines in one transaction. The order push only reads them.';
