-- Only where there is none yet. The data source stays locked until the transaction ends, as by every publication; what
-- refers to it, such as a sync that is being requested, does not wait. `new_ids`: for all products that were read,
-- ascending, whatever ids other syncs take meanwhile.
WITH first AS (
    SELECT source.data_source_id, source.biller_id, run.store_name, run.currency_code, run.products_pulled
    FROM crm.sync_run run JOIN crm.data_source source USING (data_source_id)
    WHERE run.sync_run_id = %(sync_run_id)s
      AND NOT run.dry_run AND run.read_at IS NOT NULL
      AND source.campaign_id IS NULL
    FOR NO KEY UPDATE OF source
), campaign AS (
    INSERT INTO crm.campaign (name, currency_code) SELECT store_name, currency_code FROM first
    RETURNING campaign_id
)
UPDATE crm.data_source source
SET campaign_id = campaign.campaign_id
FROM first, campaign
WHERE source.data_source_id = first.data_source_id
RETURNING source.campaign_id, source.biller_id,
          (SELECT coalesce(range_agg(int8range(id, id, '[]')), '{}')
           FROM (SELECT nextval('crm.campaign_product_campaign_product_id_seq') AS id
                 FROM generate_series(1, first.products_pulled)) reserved) AS new_ids;
