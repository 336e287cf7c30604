-- migrate:up
ALTER TABLE crm.sync_run
    ADD COLUMN only_product_ids bigint[],
    DROP CONSTRAINT sync_run_trigger_check,
    ADD CONSTRAINT sync_run_trigger_check
        CHECK (trigger IN ('manual', 'scheduled', 'backfill', 'command line', 'store change'));
COMMENT ON COLUMN crm.sync_run.only_product_ids IS 'The BigCommerce products that a sync of changes read; it left all others as they were. Empty: a full sync. Only full syncs count for the status of a data source, its last sync, its lateness and its charts.';
COMMENT ON COLUMN crm.sync_run.trigger IS 'manual (Sync Products), scheduled (autoSync), backfill, command line, or store change (hints that something changed in the store).';
CREATE INDEX sync_run_full ON crm.sync_run (data_source_id, sync_run_id DESC) WHERE only_product_ids IS NULL;

CREATE OR REPLACE VIEW crm.late_data_source AS
SELECT source.data_source_id, due.since
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT greatest(source.updated_at, (
        SELECT finished_at FROM crm.sync_run
        WHERE sync_run.data_source_id = source.data_source_id AND only_product_ids IS NULL
          AND status = 'Completed' AND NOT dry_run
        ORDER BY sync_run_id DESC
        LIMIT 1
    )) AS since
) due
WHERE source.state = 'active' AND source.paused_at IS NULL
  AND clock_timestamp() - due.since > 2 * make_interval(mins => source.auto_sync_minutes);

CREATE OR REPLACE VIEW crm.campaign_product_mark AS
SELECT campaign_id, campaign_product_id, 'all' AS mark FROM crm.campaign_product
UNION ALL
SELECT DISTINCT product.campaign_id, campaign_product_id, 'overridden'
FROM crm.campaign_product_variant variant JOIN crm.campaign_product product USING (campaign_product_id)
WHERE variant.override_price IS NOT NULL
UNION ALL
SELECT campaign_id, campaign_product_id, 'removed' FROM (
    SELECT campaign_id, campaign_product_id FROM crm.campaign_product WHERE removed_at IS NOT NULL
    UNION
    SELECT product.campaign_id, campaign_product_id
    FROM crm.campaign_product_variant variant JOIN crm.campaign_product product USING (campaign_product_id)
    WHERE variant.removed_at IS NOT NULL
) removed
UNION ALL
SELECT DISTINCT product.campaign_id, product.campaign_product_id, 'sku'
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT sync_run_id FROM crm.sync_run
    WHERE sync_run.data_source_id = source.data_source_id AND only_product_ids IS NULL AND published_at IS NOT NULL
    ORDER BY sync_run_id DESC
    LIMIT 1
) published
JOIN crm.sync_warning warning USING (sync_run_id)
JOIN crm.campaign_product product
  ON product.campaign_id = source.campaign_id AND product.bigcommerce_product_id = warning.bigcommerce_product_id
WHERE warning.kind IN ('blank SKU', 'duplicate SKU')
UNION ALL
SELECT DISTINCT campaign_id, campaign_product_id, 'not written' FROM crm.pending_custom_field;
COMMENT ON COLUMN crm.campaign_product_mark.mark IS 'all; overridden = a variant has an override price; removed = it or a variant is gone from BigCommerce; sku = the last published full sync found a blank or duplicate SKU (of each kind the first 1,000); not written = a variant''s custom field is yet to be written back.';

-- migrate:down
CREATE OR REPLACE VIEW crm.campaign_product_mark AS
SELECT campaign_id, campaign_product_id, 'all' AS mark FROM crm.campaign_product
UNION ALL
SELECT DISTINCT product.campaign_id, campaign_product_id, 'overridden'
FROM crm.campaign_product_variant variant JOIN crm.campaign_product product USING (campaign_product_id)
WHERE variant.override_price IS NOT NULL
UNION ALL
SELECT campaign_id, campaign_product_id, 'removed' FROM (
    SELECT campaign_id, campaign_product_id FROM crm.campaign_product WHERE removed_at IS NOT NULL
    UNION
    SELECT product.campaign_id, campaign_product_id
    FROM crm.campaign_product_variant variant JOIN crm.campaign_product product USING (campaign_product_id)
    WHERE variant.removed_at IS NOT NULL
) removed
UNION ALL
SELECT DISTINCT product.campaign_id, product.campaign_product_id, 'sku'
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT sync_run_id FROM crm.sync_run
    WHERE sync_run.data_source_id = source.data_source_id AND published_at IS NOT NULL
    ORDER BY sync_run_id DESC
    LIMIT 1
) published
JOIN crm.sync_warning warning USING (sync_run_id)
JOIN crm.campaign_product product
  ON product.campaign_id = source.campaign_id AND product.bigcommerce_product_id = warning.bigcommerce_product_id
WHERE warning.kind IN ('blank SKU', 'duplicate SKU')
UNION ALL
SELECT DISTINCT campaign_id, campaign_product_id, 'not written' FROM crm.pending_custom_field;
COMMENT ON COLUMN crm.campaign_product_mark.mark IS 'all; overridden = a variant has an override price; removed = it or a variant is gone from BigCommerce; sku = the last published sync found a blank or duplicate SKU (of each kind the first 1,000); not written = a variant''s custom field is yet to be written back.';
CREATE OR REPLACE VIEW crm.late_data_source AS
SELECT source.data_source_id, due.since
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT greatest(source.updated_at, (
        SELECT finished_at FROM crm.sync_run
        WHERE sync_run.data_source_id = source.data_source_id AND status = 'Completed' AND NOT dry_run
        ORDER BY sync_run_id DESC
        LIMIT 1
    )) AS since
) due
WHERE source.state = 'active' AND source.paused_at IS NULL
  AND clock_timestamp() - due.since > 2 * make_interval(mins => source.auto_sync_minutes);
-- An older release would take a sync of a few products for one of the whole catalogue.
DELETE FROM crm.sync_run WHERE only_product_ids IS NOT NULL;
UPDATE crm.sync_run SET trigger = 'manual' WHERE trigger = 'store change';
ALTER TABLE crm.sync_run
    DROP COLUMN only_product_ids,
    DROP CONSTRAINT sync_run_trigger_check,
    ADD CONSTRAINT sync_run_trigger_check CHECK (trigger IN ('manual', 'scheduled', 'backfill', 'command line'));
COMMENT ON COLUMN crm.sync_run.trigger IS 'manual (Sync Products), scheduled (autoSync), backfill, or command line.';
