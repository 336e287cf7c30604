-- Orders of a store, or of several, by state; no more than so many of those pushed are counted, which are nearly all.
-- They are counted apart: for the few others the planner then knows that an index is shorter than the table.
SELECT state, count(*) AS number
FROM crm.order_push
WHERE (%(data_source_ids)s::bigint[] IS NULL OR data_source_id = ANY(%(data_source_ids)s::bigint[]))
  AND state = ANY(%(states_but_pushed)s::text[])
GROUP BY state
UNION ALL
SELECT 'pushed', count(*)
FROM (SELECT FROM crm.order_push
      WHERE (%(data_source_ids)s::bigint[] IS NULL OR data_source_id = ANY(%(data_source_ids)s::bigint[]))
        AND state = 'pushed'
      LIMIT %(most)s) AS capped;
