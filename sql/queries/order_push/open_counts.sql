-- Orders that wait or need a person, by data source, of all or of some.
SELECT *
FROM crm.open_orders(%(late_before)s)
WHERE waiting + uncertain + rejected + refunds_rejected + not_shipped > 0
  AND (%(data_source_ids)s::bigint[] IS NULL OR data_source_id = ANY(%(data_source_ids)s));
