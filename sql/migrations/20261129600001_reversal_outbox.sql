-- migrate:up
CREATE TABLE crm.reversal_notice (
    reversal_notice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL,
    checked_at timestamptz
);
COMMENT ON TABLE crm.reversal_notice IS 'Orders of which a refund or cancellation may be new, since something that decides this changed lately: the refunds, the cancellation, whether a store has the order, or what the ledger has. Fills itself; rows are only added, so nobody waits for anybody. Some minutes later they become rows of crm.reversal_outbox, or nothing.';
COMMENT ON COLUMN crm.reversal_notice.reversal_notice_id IS 'Our id.';
COMMENT ON COLUMN crm.reversal_notice.order_id IS 'The order. No foreign key, so that no transaction of the CRM holds up ours.';
COMMENT ON COLUMN crm.reversal_notice.checked_at IS 'When the notice was first seen. Whatever changed the order without seeing the change behind this notice had begun before, and has ended minutes later: only then the notice may go.';

CREATE TABLE crm.reversal_outbox (
    data_source_id bigint NOT NULL,
    kind text NOT NULL,
    order_id bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (order_id, data_source_id, kind)
);
CREATE INDEX reversal_outbox_due ON crm.reversal_outbox (data_source_id, kind, at);
COMMENT ON TABLE crm.reversal_outbox IS 'Pushed orders with refunds, or with a cancellation, that are not in the ledger: those that a paused store, or settings that may change, hold back. Kept by include/crm/reversal_notices.py from crm.reversal_notice.';
COMMENT ON COLUMN crm.reversal_outbox.data_source_id IS 'The store that has the order.';
COMMENT ON COLUMN crm.reversal_outbox.kind IS 'refund or cancellation.';
COMMENT ON COLUMN crm.reversal_outbox.order_id IS 'The order. No foreign key, so that no transaction of the CRM holds up ours.';
COMMENT ON COLUMN crm.reversal_outbox.at IS 'When the order was last refunded, or cancelled.';

CREATE FUNCTION crm.unsent_reversals(of_order_id bigint)
    RETURNS TABLE (data_source_id bigint, order_id bigint, kind text, refund_id bigint, cancelled_at timestamptz, at timestamptz)
    LANGUAGE sql STABLE AS $$
SELECT push.data_source_id, push.order_id, 'refund', refund.refund_id, NULL::timestamptz, refund.created_at
FROM crm.order_refund refund
JOIN crm.order_push push ON push.order_id = refund.order_id AND push.state = 'pushed'
WHERE refund.order_id = of_order_id
  AND NOT EXISTS (SELECT FROM crm.order_reversal reversal
                  WHERE reversal.data_source_id = push.data_source_id AND reversal.refund_id = refund.refund_id)
UNION ALL
SELECT push.data_source_id, push.order_id, 'cancellation', NULL, customer_order.cancelled_at, customer_order.cancelled_at
FROM crm.customer_order customer_order
JOIN crm.order_push push ON push.order_id = customer_order.order_id AND push.state = 'pushed'
WHERE customer_order.order_id = of_order_id
  AND customer_order.cancelled_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM crm.order_reversal reversal
                  WHERE reversal.data_source_id = push.data_source_id AND reversal.order_id = push.order_id
                    AND reversal.kind = 'cancellation'
                    AND (reversal.state NOT IN ('pushed', 'rejected', 'dismissed')
                         OR reversal.cancelled_at = customer_order.cancelled_at))
$$;
COMMENT ON FUNCTION crm.unsent_reversals(bigint) IS 'The refunds and the cancellation of an order that a store has and whose ledger has not, whatever the settings say; or a cancellation that it has, of an order that was cancelled once more since it was settled.';

CREATE OR REPLACE VIEW crm.new_reversal AS
SELECT unsent.data_source_id, unsent.order_id, unsent.kind, unsent.refund_id, unsent.cancelled_at
FROM crm.data_source source
CROSS JOIN LATERAL (VALUES
    -- the times are empty where it is switched off
    ('refund', source.mirror_refunds_since), ('cancellation', source.mirror_cancellations_since)
) AS mirrored (kind, since)
JOIN crm.reversal_outbox outbox
    ON outbox.data_source_id = source.data_source_id AND outbox.kind = mirrored.kind AND outbox.at >= mirrored.since
CROSS JOIN LATERAL crm.unsent_reversals(outbox.order_id) unsent
WHERE source.state = 'active'
  AND unsent.data_source_id = source.data_source_id AND unsent.kind = mirrored.kind AND unsent.at >= mirrored.since
UNION
SELECT unsent.data_source_id, unsent.order_id, unsent.kind, unsent.refund_id, unsent.cancelled_at
FROM crm.reversal_notice notice
CROSS JOIN LATERAL crm.unsent_reversals(notice.order_id) unsent
JOIN crm.data_source source ON source.data_source_id = unsent.data_source_id
WHERE source.state = 'active'
  AND unsent.at >= CASE unsent.kind WHEN 'refund' THEN source.mirror_refunds_since
                   ELSE source.mirror_cancellations_since END;
COMMENT ON VIEW crm.new_reversal IS 'Refunds and cancellations of pushed orders that the settings ask to be mirrored, and that are not in the ledger yet; or cancellations that are, of orders that were cancelled once more since they were settled. Its cost grows with these and with the changes of the last minutes, not with what was mirrored before.';

CREATE FUNCTION crm.note_reversal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO crm.reversal_notice (order_id) VALUES (NEW.order_id);
    END IF;
    IF TG_OP <> 'INSERT' AND (TG_OP = 'DELETE' OR OLD.order_id <> NEW.order_id) THEN
        INSERT INTO crm.reversal_notice (order_id) VALUES (OLD.order_id);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.note_reversal() IS 'Adds the order of the changed row to crm.reversal_notice. With the rights of its owner, so that whoever writes orders and refunds need not know that table.';
CREATE TRIGGER note_reversal AFTER INSERT OR UPDATE OR DELETE ON crm.order_refund
    FOR EACH ROW EXECUTE FUNCTION crm.note_reversal();
CREATE TRIGGER note_reversal_of_new AFTER INSERT ON crm.customer_order
    FOR EACH ROW WHEN (NEW.cancelled_at IS NOT NULL) EXECUTE FUNCTION crm.note_reversal();
CREATE TRIGGER note_reversal_of_changed AFTER UPDATE ON crm.customer_order
    FOR EACH ROW WHEN (OLD.cancelled_at IS DISTINCT FROM NEW.cancelled_at) EXECUTE FUNCTION crm.note_reversal();
CREATE TRIGGER note_reversal_in_ledger AFTER INSERT OR DELETE ON crm.order_reversal
    FOR EACH ROW EXECUTE FUNCTION crm.note_reversal();
CREATE TRIGGER note_reversal_on_its_way AFTER UPDATE ON crm.order_reversal
    FOR EACH ROW WHEN (NEW.kind = 'cancellation'
                       AND (OLD.state, OLD.cancelled_at) IS DISTINCT FROM (NEW.state, NEW.cancelled_at))
    EXECUTE FUNCTION crm.note_reversal();

CREATE FUNCTION crm.note_reversal_of_pushed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm.reversal_notice (order_id)
    SELECT NEW.order_id
    WHERE EXISTS (SELECT FROM crm.order_refund refund WHERE refund.order_id = NEW.order_id)
       OR EXISTS (SELECT FROM crm.customer_order customer_order
                  WHERE customer_order.order_id = NEW.order_id AND customer_order.cancelled_at IS NOT NULL);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.note_reversal_of_pushed() IS 'Adds an order that a store has from now on, or no longer, to crm.reversal_notice, if it was refunded or cancelled.';
CREATE TRIGGER note_reversal_of_new AFTER INSERT ON crm.order_push
    FOR EACH ROW WHEN (NEW.state = 'pushed') EXECUTE FUNCTION crm.note_reversal_of_pushed();
CREATE TRIGGER note_reversal_of_changed AFTER UPDATE ON crm.order_push
    FOR EACH ROW WHEN ((OLD.state = 'pushed') <> (NEW.state = 'pushed')) EXECUTE FUNCTION crm.note_reversal_of_pushed();

INSERT INTO crm.reversal_outbox (data_source_id, kind, order_id, at)
SELECT unsent.data_source_id, unsent.kind, unsent.order_id, max(unsent.at)
FROM (SELECT order_id FROM crm.order_refund
      UNION SELECT order_id FROM crm.customer_order WHERE cancelled_at IS NOT NULL) reversed
CROSS JOIN LATERAL crm.unsent_reversals(reversed.order_id) unsent
GROUP BY unsent.data_source_id, unsent.kind, unsent.order_id;

-- migrate:down
CREATE OR REPLACE VIEW crm.new_reversal AS
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
DROP TRIGGER note_reversal_of_changed ON crm.order_push;
DROP TRIGGER note_reversal_of_new ON crm.order_push;
DROP TRIGGER note_reversal_on_its_way ON crm.order_reversal;
DROP TRIGGER note_reversal_in_ledger ON crm.order_reversal;
DROP TRIGGER note_reversal_of_changed ON crm.customer_order;
DROP TRIGGER note_reversal_of_new ON crm.customer_order;
DROP TRIGGER note_reversal ON crm.order_refund;
DROP FUNCTION crm.note_reversal_of_pushed(), crm.note_reversal(), crm.unsent_reversals(bigint);
DROP TABLE crm.reversal_outbox, crm.reversal_notice;
