-- migrate:up
COMMENT ON COLUMN crm.sync_run.counts IS 'Counts by name: products, variants, and of each new/changed/unchanged/removed/revived (variants also relinked), blank_skus, duplicate_skus, quarantined, custom_fields_written. Of a sync that was stopped because it would remove most variants: would_remove_products, would_remove_variants.';

-- migrate:down
COMMENT ON COLUMN crm.sync_run.counts IS 'Counts by name: products, variants, and of each new/changed/unchanged/removed/revived (variants also relinked), blank_skus, duplicate_skus, quarantined, custom_fields_written.';
