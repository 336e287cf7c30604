-- Orders that were sent and of which it is not known yet whether BigCommerce has them.
SELECT count(*) AS number
FROM crm.order_push push
JOIN crm.data_source source USING (data_source_id)
WHERE source.store_hash = %(store_hash)s AND push.state IN ('sending', 'uncertain')
