INSERT INTO crm.order_reconciliation
    (data_source_id, from_time, to_time, orders_in_crm, orders_in_store, findings)
VALUES (%(data_source_id)s, %(from_time)s, %(to_time)s, %(orders_in_crm)s, %(orders_in_store)s, %(findings)s)
RETURNING order_reconciliation_id;
