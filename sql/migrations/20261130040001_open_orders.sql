-- migrate:up
CREATE FUNCTION crm.is_found_twice(push crm.order_push) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT push.state = 'uncertain' AND push.next_attempt_at IS NULL
$$;
COMMENT ON FUNCTION crm.is_found_twice IS 'Whether BigCommerce has the order more than once, so that nothing more happens to it until a person decides.';

-- The list of stores and the card of each store show the same numbers.
CREATE FUNCTION crm.open_orders(late_before timestamptz) RETURNS TABLE (
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

-- migrate:down
DROP FUNCTION crm.open_orders, crm.is_found_twice;
