SELECT coalesce(
    (SELECT currency_code
     FROM crm.sync_run
     WHERE sync_run.data_source_id = source.data_source_id AND currency_code IS NOT NULL
     ORDER BY sync_run_id DESC
     LIMIT 1),
    campaign.currency_code) AS currency_code
FROM crm.data_source source LEFT JOIN crm.campaign USING (campaign_id)
WHERE source.data_source_id = %(data_source_id)s;
