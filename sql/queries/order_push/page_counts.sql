-- Orders of a store, or of several, by state; no more than so many of those pushed are counted, which are nearly all.
SELECT known.state, counted.number
FROM unnest(%(states)s::text[]) AS known (state)
CROSS JOIN LATERAL (
    SELECT count(*) AS number
    FROM (SELECT FROM crm.order_push
          WHERE (%(data_source_ids)s::bigint[] IS NULL OR data_source_id = ANY(%(data_source_ids)s::bigint[]))
            AND state = known.state
          LIMIT CASE known.state WHEN 'pushed' THEN %(most)s END) AS capped
) counted;
