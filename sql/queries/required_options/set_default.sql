INSERT INTO crm.option_default (variant_detail_id, bigcommerce_option_id, value, set_by)
VALUES (%(variant_detail_id)s, %(bigcommerce_option_id)s, %(value)s, %(set_by)s)
ON CONFLICT (variant_detail_id, bigcommerce_option_id) DO UPDATE
SET value = excluded.value, set_by = excluded.set_by, set_at = clock_timestamp();
