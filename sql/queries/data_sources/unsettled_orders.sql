-- Orders, and refunds of orders, that were sent and of which it is not known yet whether BigCommerce has them.
SELECT count(DISTINCT sent.order_id) AS number
FROM (
    SELECT data_source_id, order_id, state FROM crm.order_push
    UNION ALL
    SELECT data_source_id, order_id, state FROM crm.order_reversal
) sent
JOIN crm.data_source source USING (data_source_id)
WHERE source.store_hash = %(store_hash)s AND sent.state IN ('sending', 'uncertain')
