-- migrate:up
COMMENT ON COLUMN crm.data_source.verify_next_sync IS 'Whether the next sync verifies the custom fields, as if a person had asked for it. It is true once what the CRM remembers of them may be old, because a deactivated data source came back or the database was restored from a backup, until a sync has verified them. No setting.';

-- migrate:down
COMMENT ON COLUMN crm.data_source.verify_next_sync IS 'Whether the next sync verifies the custom fields, as if a person had asked for it: true from the return of a deactivated data source on, whose store may have lost them meanwhile, until a sync has verified them. No setting.';
