-- Unshipped orders that were not read for so long, longest first: the store may no longer list them.
SELECT bigcommerce_order_id
FROM crm.store_order
WHERE data_source_id = %(data_source_id)s
  AND is_unshipped
  AND read_at < clock_timestamp() - make_interval(hours => %(hours)s)
ORDER BY read_at
LIMIT %(limit)s;
