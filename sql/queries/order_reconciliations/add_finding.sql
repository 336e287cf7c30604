INSERT INTO crm.order_finding (order_reconciliation_id, kind, order_id, bigcommerce_order_ids, sentence)
VALUES (%(order_reconciliation_id)s, %(kind)s, %(order_id)s, %(bigcommerce_order_ids)s, %(sentence)s);
