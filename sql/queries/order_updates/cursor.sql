-- How far a store's changes were read. A last look that is still to come was written by a clock that has been set back
-- since: it says nothing. At first, from when the oldest order was chosen that the store has.
SELECT coalesce(cursor.read_until,
                (SELECT min(created_at) FROM crm.order_push push
                 WHERE push.data_source_id = source.data_source_id AND push.state = 'pushed')) AS read_until,
       cursor.known_change_at,
       CASE WHEN cursor.looked_at <= clock_timestamp() THEN cursor.looked_at END AS looked_at,
       clock_timestamp() AS now
FROM crm.data_source source
LEFT JOIN crm.order_update_cursor cursor USING (data_source_id)
WHERE source.data_source_id = %(data_source_id)s;
