-- Orders of a store by state; no more than so many of those pushed are counted, which are nearly all.
SELECT known.state, counted.number
FROM unnest(%(states)s::text[]) AS known (state)
CROSS JOIN LATERAL (
    SELECT count(*) AS number
    FROM (SELECT FROM crm.order_push
          WHERE data_source_id = %(data_source_id)s AND state = known.state
          LIMIT CASE known.state WHEN 'pushed' THEN %(most)s END) AS capped
) counted;
