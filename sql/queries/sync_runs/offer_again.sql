-- The store has a new access token: after a sync that the old one failed, the next click is to sync again.
UPDATE crm.sync_run
SET action = 'start_again'
WHERE data_source_id = %(data_source_id)s AND action = 'new_token';
