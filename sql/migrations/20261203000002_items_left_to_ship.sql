-- migrate:up
DROP VIEW crm.order_mark;
ALTER TABLE crm.store_order
    DROP COLUMN is_unshipped,
    ADD COLUMN items_left integer,
    ADD COLUMN is_unshipped boolean NOT NULL GENERATED ALWAYS AS (
        NOT is_deleted
        AND (coalesce(status_id, 0) IN (0, 1, 7, 8, 9, 11, 12)
             OR status_id = 3 AND coalesce(items_left > 0, true)
             OR status_id = 14 AND coalesce(items_left > 0, items_shipped < items_total, false))) STORED;
CREATE INDEX store_order_unshipped ON crm.store_order (data_source_id, read_at) WHERE is_unshipped;
COMMENT ON COLUMN crm.store_order.items_left IS 'How many items are neither shipped nor refunded, without digital ones. Read only of orders that are Partially Shipped or Partially Refunded; otherwise empty.';
COMMENT ON COLUMN crm.store_order.is_unshipped IS 'Whether something of it is still to be shipped, as far as its status and items_left say: neither shipped, completed, refunded, cancelled, declined, disputed nor deleted. Fills itself in.';

-- As before, but an order that is cancelled or refunded in the CRM is not to be shipped.
CREATE VIEW crm.order_mark AS
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
COMMENT ON VIEW crm.order_mark IS 'What people look for among the orders of the ledger, beside their states. An order may have several marks, and one of them more than once.';
COMMENT ON COLUMN crm.order_mark.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.order_mark.order_id IS 'The order.';
COMMENT ON COLUMN crm.order_mark.mark IS 'not shipped = COMPLETE in the CRM, and something of it is still to be shipped by the store; refund rejected = one of its refunds, or its cancellation, was rejected on its way to BigCommerce; differs = the store''s reconciliation whose period ends last found a difference.';

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

-- migrate:down
DROP VIEW crm.order_mark;
ALTER TABLE crm.store_order
    DROP COLUMN is_unshipped,
    DROP COLUMN items_left,
    ADD COLUMN is_unshipped boolean NOT NULL GENERATED ALWAYS AS (
        NOT is_deleted
        AND (coalesce(status_id, 0) IN (0, 1, 3, 7, 8, 9, 11, 12)
             OR status_id = 14 AND coalesce(items_shipped < items_total, false))) STORED;
CREATE INDEX store_order_unshipped ON crm.store_order (data_source_id, read_at) WHERE is_unshipped;
COMMENT ON COLUMN crm.store_order.is_unshipped IS 'Whether something of it is still to be shipped, as far as its status says: neither shipped, completed, refunded, cancelled, declined, disputed nor deleted. Fills itself in.';
CREATE VIEW crm.order_mark AS
SELECT data_source_id, order_id, 'not shipped' AS mark
FROM crm.store_order
WHERE is_unshipped
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
COMMENT ON VIEW crm.order_mark IS 'What people look for among the orders of the ledger, beside their states. An order may have several marks, and one of them more than once.';
COMMENT ON COLUMN crm.order_mark.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.order_mark.order_id IS 'The order.';
COMMENT ON COLUMN crm.order_mark.mark IS 'not shipped = something of it is still to be shipped by the store; refund rejected = one of its refunds, or its cancellation, was rejected on its way to BigCommerce; differs = the store''s reconciliation whose period ends last found a difference.';
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
        WHERE known.is_unshipped AND sold.completed_at < late_before
        GROUP BY known.data_source_id
    ) late ON late.data_source_id = source.data_source_id
$$;
COMMENT ON FUNCTION crm.open_orders IS 'For each data source: its orders that wait or are unclear, those of the unclear ones found twice, those rejected, those with a rejected refund or cancellation, and those completed before late_before and still to be shipped. Other pushed orders, nearly all, are not read.';
