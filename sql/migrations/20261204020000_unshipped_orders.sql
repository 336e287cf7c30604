-- migrate:up
CREATE VIEW crm.unshipped_order AS
SELECT known.data_source_id, known.order_id, known.bigcommerce_order_id, known.status_name, push.sent_at,
       sold.completed_at
FROM crm.store_order known
JOIN crm.customer_order sold USING (order_id)
JOIN crm.order_push push USING (data_source_id, order_id)
WHERE known.is_unshipped AND sold.order_status = 'COMPLETE' AND push.state = 'pushed';
COMMENT ON VIEW crm.unshipped_order IS 'Paid orders of which the store has still to ship something, as of the last look at each. How late one is counts from sent_at: the store cannot ship what it has not got.';
COMMENT ON COLUMN crm.unshipped_order.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.unshipped_order.order_id IS 'The order.';
COMMENT ON COLUMN crm.unshipped_order.bigcommerce_order_id IS 'Its number in BigCommerce.';
COMMENT ON COLUMN crm.unshipped_order.status_name IS 'The store''s own name of its status.';
COMMENT ON COLUMN crm.unshipped_order.sent_at IS 'When it was sent to the store.';
COMMENT ON COLUMN crm.unshipped_order.completed_at IS 'When it was completed in the CRM.';

CREATE OR REPLACE VIEW crm.order_mark AS
SELECT data_source_id, order_id, 'not shipped' AS mark
FROM crm.unshipped_order
UNION ALL
SELECT data_source_id, order_id, 'refund rejected'
FROM crm.order_reversal
WHERE state = 'rejected'
UNION ALL
SELECT source.data_source_id, finding.order_id, 'differs'
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT order_reconciliation_id
    FROM crm.order_reconciliation
    WHERE order_reconciliation.data_source_id = source.data_source_id
    ORDER BY to_time DESC, order_reconciliation_id DESC
    LIMIT 1
) latest
JOIN crm.order_finding finding USING (order_reconciliation_id);
COMMENT ON COLUMN crm.order_mark.mark IS 'not shipped = see crm.unshipped_order; refund rejected = one of its refunds, or its cancellation, was rejected on its way to BigCommerce; differs = the store''s reconciliation whose period ends last found a difference.';

CREATE OR REPLACE FUNCTION crm.open_orders(late_before timestamptz) RETURNS TABLE (
    data_source_id bigint, waiting bigint, uncertain bigint, found_twice bigint, rejected bigint,
    refunds_rejected bigint, not_shipped bigint
) LANGUAGE sql STABLE AS $$
    SELECT source.data_source_id, open.waiting, open.uncertain, open.found_twice, open.rejected,
           coalesce(refunds.number, 0), coalesce(late.number, 0)
    FROM crm.data_source source
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE push.state IN ('pending', 'sending')) AS waiting,
               count(*) FILTER (WHERE push.state = 'uncertain') AS uncertain,
               count(*) FILTER (WHERE crm.is_found_twice(push)) AS found_twice,
               count(*) FILTER (WHERE push.state = 'rejected') AS rejected
        FROM crm.order_push push
        WHERE push.data_source_id = source.data_source_id
          AND push.state IN ('pending', 'sending', 'uncertain', 'rejected')
    ) open
    LEFT JOIN (
        SELECT reversal.data_source_id, count(DISTINCT reversal.order_id) AS number
        FROM crm.order_reversal reversal
        WHERE reversal.state = 'rejected'
        GROUP BY reversal.data_source_id
    ) refunds ON refunds.data_source_id = source.data_source_id
    LEFT JOIN (
        SELECT unshipped.data_source_id, count(*) AS number
        FROM crm.unshipped_order unshipped
        WHERE unshipped.sent_at < late_before
        GROUP BY unshipped.data_source_id
    ) late ON late.data_source_id = source.data_source_id
$$;
COMMENT ON FUNCTION crm.open_orders IS 'For each data source: its orders that wait or are unclear, those of the unclear ones found twice, those rejected, those with a rejected refund or cancellation, and those sent before late_before and still to be shipped (crm.unshipped_order). Other pushed orders, nearly all, are not read.';

-- migrate:down
CREATE OR REPLACE FUNCTION crm.open_orders(late_before timestamptz) RETURNS TABLE (
    data_source_id bigint, waiting bigint, uncertain bigint, found_twice bigint, rejected bigint,
    refunds_rejected bigint, not_shipped bigint
) LANGUAGE sql STABLE AS $$
    SELECT source.data_source_id, open.waiting, open.uncertain, open.found_twice, open.rejected,
           coalesce(refunds.number, 0), coalesce(late.number, 0)
    FROM crm.data_source source
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE push.state IN ('pending', 'sending')) AS waiting,
               count(*) FILTER (WHERE push.state = 'uncertain') AS uncertain,
               count(*) FILTER (WHERE crm.is_found_twice(push)) AS found_twice,
               count(*) FILTER (WHERE push.state = 'rejected') AS rejected
        FROM crm.order_push push
        WHERE push.data_source_id = source.data_source_id
          AND push.state IN ('pending', 'sending', 'uncertain', 'rejected')
    ) open
    LEFT JOIN (
        SELECT reversal.data_source_id, count(DISTINCT reversal.order_id) AS number
        FROM crm.order_reversal reversal
        WHERE reversal.state = 'rejected'
        GROUP BY reversal.data_source_id
    ) refunds ON refunds.data_source_id = source.data_source_id
    LEFT JOIN (
        SELECT known.data_source_id, count(*) AS number
        FROM crm.store_order known
        JOIN crm.customer_order sold USING (order_id)
        WHERE known.is_unshipped AND sold.order_status = 'COMPLETE' AND sold.completed_at < late_before
        GROUP BY known.data_source_id
    ) late ON late.data_source_id = source.data_source_id
$$;
COMMENT ON FUNCTION crm.open_orders IS 'For each data source: its orders that wait or are unclear, those of the unclear ones found twice, those rejected, those with a rejected refund or cancellation, and the COMPLETE ones completed before late_before and still to be shipped. Other pushed orders, nearly all, are not read.';
CREATE OR REPLACE VIEW crm.order_mark AS
SELECT known.data_source_id, known.order_id, 'not shipped' AS mark
FROM crm.store_order known
JOIN crm.customer_order sold USING (order_id)
WHERE known.is_unshipped AND sold.order_status = 'COMPLETE'
UNION ALL
SELECT data_source_id, order_id, 'refund rejected'
FROM crm.order_reversal
WHERE state = 'rejected'
UNION ALL
SELECT source.data_source_id, finding.order_id, 'differs'
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT order_reconciliation_id
    FROM crm.order_reconciliation
    WHERE order_reconciliation.data_source_id = source.data_source_id
    ORDER BY to_time DESC, order_reconciliation_id DESC
    LIMIT 1
) latest
JOIN crm.order_finding finding USING (order_reconciliation_id);
COMMENT ON COLUMN crm.order_mark.mark IS 'not shipped = COMPLETE in the CRM, and something of it is still to be shipped by the store; refund rejected = one of its refunds, or its cancellation, was rejected on its way to BigCommerce; differs = the store''s reconciliation whose period ends last found a difference.';
DROP VIEW crm.unshipped_order;
