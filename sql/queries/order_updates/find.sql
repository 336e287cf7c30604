-- Pushed orders as their stores have them, latest change first, with the number of their valid shipments.
SELECT known.*, source.store_hash,
       (SELECT count(*) FROM crm.order_shipment shipment
        WHERE shipment.data_source_id = known.data_source_id AND shipment.order_id = known.order_id
          AND shipment.voided_at IS NULL) AS shipments
FROM crm.store_order known
JOIN crm.data_source source USING (data_source_id)
WHERE (%(store_hash)s::text IS NULL OR source.store_hash = %(store_hash)s)
  AND (%(state)s::text IS NULL
       OR %(state)s = 'unshipped' AND known.is_unshipped
       OR %(state)s = 'undone' AND known.is_undone)
ORDER BY known.changed_at DESC, known.order_id DESC
LIMIT %(limit)s;
