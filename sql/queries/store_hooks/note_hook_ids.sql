-- The hooks made or found so far: whatever happens next, they can be found again and deleted.
UPDATE crm.store_hook SET hook_ids = %(hook_ids)s WHERE data_source_id = %(data_source_id)s
