WITH campaign AS (
    INSERT INTO crm.campaign (name, currency_code) VALUES (%(store_name)s, %(currency_code)s)
    RETURNING campaign_id
)
UPDATE crm.data_source
SET campaign_id = (SELECT campaign_id FROM campaign)
WHERE data_source_id = %(data_source_id)s
RETURNING campaign_id;
