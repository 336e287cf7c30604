COPY crm.price_batch_row (price_batch_id, variant_detail_id, line_number, price_before, price_after, synced_price)
FROM STDIN;
