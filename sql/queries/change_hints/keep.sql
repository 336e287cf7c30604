-- A replayed event is known by its hash, handled or not.
INSERT INTO crm.change_hint (data_source_id, subject, bigcommerce_id, event_hash)
VALUES (%(data_source_id)s, %(subject)s, %(bigcommerce_id)s, %(event_hash)s)
ON CONFLICT (data_source_id, event_hash) DO NOTHING;
