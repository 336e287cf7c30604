-- One publication at a time per data source; a later reading of the store may not be overwritten by an older. What
-- refers to the data source, such as an order that is being added to the ledger, does not wait.
SELECT source.data_source_id, source.campaign_id, source.biller_id,
       run.dry_run, run.allow_mass_removal, run.remove_at_most, run.published_at, run.read_at, run.pages,
       run.store_name, run.currency_code, run.only_product_ids, run.counts,
       campaign.currency_code AS campaign_currency_code,
       (SELECT max(other.published_at) FROM crm.sync_run other
        WHERE other.data_source_id = source.data_source_id
          AND other.published_at IS NOT NULL
          AND other.read_started_at > run.read_started_at) AS superseded_at
FROM crm.sync_run run
JOIN crm.data_source source USING (data_source_id)
LEFT JOIN crm.campaign campaign USING (campaign_id)
WHERE run.sync_run_id = %(sync_run_id)s
FOR NO KEY UPDATE OF source;
