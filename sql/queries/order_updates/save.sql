-- Orders as they were just read. An earlier change never replaces a later one.
INSERT INTO crm.store_order AS known (
    data_source_id, order_id, bigcommerce_order_id, status_id, status_name, status_changed_at, total_amount,
    refunded_amount, currency_code, items_total, items_shipped, items_left, shipped_at, is_deleted, changed_at,
    read_again)
SELECT %(data_source_id)s, order_id, bigcommerce_order_id, status_id, status_name, changed_at, total_amount,
       refunded_amount, currency_code, items_total, items_shipped, items_left, shipped_at, is_deleted, changed_at,
       read_again
FROM jsonb_to_recordset(%(orders)s) AS read (
    order_id bigint, bigcommerce_order_id bigint, status_id integer, status_name text, total_amount numeric,
    refunded_amount numeric, currency_code text, items_total integer, items_shipped integer, items_left integer,
    shipped_at timestamptz, is_deleted boolean, changed_at timestamptz, read_again boolean)
ORDER BY order_id
ON CONFLICT (data_source_id, order_id) DO UPDATE
SET bigcommerce_order_id = excluded.bigcommerce_order_id,
    status_id = excluded.status_id,
    status_name = excluded.status_name,
    status_changed_at = CASE
        WHEN (known.status_id, known.is_deleted) IS DISTINCT FROM (excluded.status_id, excluded.is_deleted)
        THEN excluded.changed_at ELSE known.status_changed_at END,
    status_read_at = CASE
        WHEN (known.status_id, known.is_deleted) IS DISTINCT FROM (excluded.status_id, excluded.is_deleted)
        THEN clock_timestamp() ELSE known.status_read_at END,
    total_amount = excluded.total_amount,
    refunded_amount = excluded.refunded_amount,
    currency_code = excluded.currency_code,
    items_total = excluded.items_total,
    items_shipped = excluded.items_shipped,
    items_left = excluded.items_left,
    shipped_at = excluded.shipped_at,
    is_deleted = excluded.is_deleted,
    changed_at = excluded.changed_at,
    read_again = excluded.read_again,
    read_at = clock_timestamp()
WHERE excluded.changed_at >= known.changed_at
   OR excluded.bigcommerce_order_id <> known.bigcommerce_order_id
   OR known.is_deleted AND NOT excluded.is_deleted
RETURNING order_id;
