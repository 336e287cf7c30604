-- The time by the database's clock if there are hints about orders that nothing has read since.
SELECT clock_timestamp() AS now
WHERE EXISTS (SELECT FROM crm.change_hint
              WHERE data_source_id = %(data_source_id)s AND subject = 'order' AND handled_at IS NULL);
