-- How far a store's changes were read. At first, from when the oldest order was chosen that the store has.
SELECT coalesce(cursor.read_until,
                (SELECT min(created_at) FROM crm.order_push push
                 WHERE push.data_source_id = source.data_source_id AND push.state = 'pushed')) AS read_until,
       cursor.known_change_at, cursor.looked_at, clock_timestamp() AS now
FROM crm.data_source source
LEFT JOIN crm.order_update_cursor cursor USING (data_source_id)
WHERE source.data_source_id = %(data_source_id)s;
