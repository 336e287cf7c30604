-- migrate:up
ALTER TABLE crm.data_source ADD COLUMN verify_next_sync boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN crm.data_source.verify_next_sync IS 'Whether the next sync verifies the custom fields, as if a person had asked for it: true from the return of a deactivated data source on, whose store may have lost them meanwhile, until a sync has verified them. No setting.';

-- migrate:down
ALTER TABLE crm.data_source DROP COLUMN verify_next_sync;
