-- The newest reconciliations of a store, each with the number of its differences by kind.
SELECT made.order_reconciliation_id, made.from_time, made.to_time, made.orders_in_crm, made.orders_in_store,
       made.findings, made.made_at,
       coalesce(
           (SELECT jsonb_object_agg(kinds.kind, kinds.number)
            FROM (SELECT kind, count(*) AS number FROM crm.order_finding
                  WHERE order_finding.order_reconciliation_id = made.order_reconciliation_id
                  GROUP BY kind) kinds),
           '{}'
       ) AS kinds
FROM crm.order_reconciliation made
WHERE made.data_source_id = %(data_source_id)s
  AND made.order_reconciliation_id < %(before)s
  AND (%(order_reconciliation_id)s::bigint IS NULL OR made.order_reconciliation_id = %(order_reconciliation_id)s)
ORDER BY made.order_reconciliation_id DESC
LIMIT %(limit)s;
