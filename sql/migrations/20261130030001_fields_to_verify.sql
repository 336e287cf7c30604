-- migrate:up
ALTER TABLE crm.data_source ADD COLUMN verify_next_sync boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN crm.data_source.verify_next_sync IS 'Whether the next sync verifies the custom fields, as if a person had asked for it. It is true once what the CRM remembers of them may be old, because a deactivated data source came back or the database was restored from a backup, until a sync has verified them. No setting.';

-- migrate:down
ALTER TABLE crm.data_source DROP COLUMN verify_next_sync;
