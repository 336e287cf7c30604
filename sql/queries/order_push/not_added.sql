-- Which of these orders are not in the ledger.
SELECT order_id
FROM unnest(%(order_ids)s::bigint[]) AS chosen (order_id)
WHERE NOT EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = %(data_source_id)s AND push.order_id = chosen.order_id)
ORDER BY order_id;
