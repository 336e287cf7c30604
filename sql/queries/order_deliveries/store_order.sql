SELECT status_id, status_name, status_changed_at, total_amount, refunded_amount, currency_code, items_total,
       items_shipped, shipped_at, is_deleted, is_unshipped, is_undone, changed_at, read_at
FROM crm.store_order
WHERE data_source_id = %(data_source_id)s AND order_id = %(order_id)s;
