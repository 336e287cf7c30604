-- Orders that the CRM held back when they were to leave, and does no longer.
SELECT order_push_id FROM crm.order_completed_again WHERE data_source_id = %(data_source_id)s;
