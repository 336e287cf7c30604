-- Of the store's orders under names of ours, those that the ledger does not know of. What is on its way is known.
INSERT INTO crm.unrecorded_order (data_source_id, bigcommerce_order_id, order_id, date_created)
SELECT %(data_source_id)s, found.bigcommerce_order_id, found.order_id, found.date_created
FROM unnest(%(bigcommerce_order_ids)s::bigint[], %(order_ids)s::bigint[], %(dates_created)s::timestamptz[])
     AS found (bigcommerce_order_id, order_id, date_created)
WHERE NOT EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = %(data_source_id)s AND push.order_id = found.order_id
                    AND push.state IN ('sending', 'uncertain', 'pushed'))
ON CONFLICT DO NOTHING;
