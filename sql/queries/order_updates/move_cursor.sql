INSERT INTO crm.order_update_cursor (data_source_id, read_until, known_change_at, looked_at)
VALUES (%(data_source_id)s, %(read_until)s, %(known_change_at)s, %(looked_at)s)
ON CONFLICT (data_source_id) DO UPDATE
SET read_until = excluded.read_until, known_change_at = excluded.known_change_at,
    looked_at = coalesce(excluded.looked_at, crm.order_update_cursor.looked_at);
