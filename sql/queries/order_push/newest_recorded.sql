-- From where on BigCommerce may have orders of ours that the ledger does not know of: its ids ascend, so one that was
-- sent after a backup was made is above all that the backup has. The newest rows hold the highest id; a lower one would
-- only make the store list more. Without any: nothing of ours is older than the data source,
-- or than what is to be sent.
SELECT (SELECT max(bigcommerce_order_id)
        FROM (SELECT bigcommerce_order_id FROM crm.order_push
              WHERE data_source_id = source.data_source_id AND state = 'pushed'
              ORDER BY order_push_id DESC
              LIMIT 1000) newest) AS bigcommerce_order_id,
       least(source.created_at,
             (SELECT min(completed_at) FROM crm.customer_order WHERE order_id = ANY(%(order_ids)s::bigint[]))) AS since
FROM crm.data_source source
WHERE source.data_source_id = %(data_source_id)s;
