-- Those of the products just listed whose published rows are the translation of the same JSON. Each is looked up by
-- its key: a join reads the whole campaign for every page.
SELECT listed.bigcommerce_product_id
FROM unnest(%(product_ids)b::bigint[], %(digests)b::bytea[]) AS listed (bigcommerce_product_id, source_digest)
WHERE listed.source_digest = (
    SELECT held.source_digest
    FROM crm.campaign_product held
    WHERE held.campaign_id = (SELECT source.campaign_id
                              FROM crm.sync_run run JOIN crm.data_source source USING (data_source_id)
                              WHERE run.sync_run_id = %(sync_run_id)s)
      AND held.bigcommerce_product_id = listed.bigcommerce_product_id);
