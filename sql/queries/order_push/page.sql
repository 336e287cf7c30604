-- The newest orders of a store in some states. State by state, because each then comes from its own stretch of
-- the index order_push_state, however many orders there are.
SELECT newest.order_id
FROM unnest(%(states)s::text[]) AS wanted (state)
CROSS JOIN LATERAL (
    SELECT order_push_id, order_id
    FROM crm.order_push
    WHERE data_source_id = %(data_source_id)s
      AND state = wanted.state
      AND order_push_id < %(before)s
    ORDER BY order_push_id DESC
    LIMIT %(limit)s
) newest
ORDER BY newest.order_push_id DESC
LIMIT %(limit)s;
