INSERT INTO crm.alert (data_source_id, kind, change, number, newest, detail)
VALUES (%(data_source_id)s, %(kind)s, %(change)s, %(number)s, %(newest)s, %(detail)s);
