SELECT biller_id, name FROM crm.gateway ORDER BY biller_id
