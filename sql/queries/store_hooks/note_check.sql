-- The store has all hooks as they should be.
UPDATE crm.store_hook SET checked_at = now(), problem = '' WHERE data_source_id = %(data_source_id)s
