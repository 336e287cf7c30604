SELECT currency_code FROM crm.campaign WHERE campaign_id = %(campaign_id)s;
