-- migrate:up
ALTER TABLE crm.sync_run ADD COLUMN remove_at_most bigint CHECK (remove_at_most > 0);
COMMENT ON COLUMN crm.sync_run.remove_at_most IS 'How many variants the run was allowed to remove, e.g. as many as a person confirmed; null if any number.';

-- migrate:down
ALTER TABLE crm.sync_run DROP COLUMN remove_at_most;
