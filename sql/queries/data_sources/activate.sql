-- A new data source, or a deactivated one that comes back under its ids and its campaign.
-- No row comes back if the store has an active one. What happened while it was deactivated was dealt with elsewhere, or
-- a person has it sent: orders, refunds and cancellations count from now on, unless the deactivation is only undone.
-- What the store has lost meanwhile, the next sync finds.
INSERT INTO crm.data_source AS held (
    store_hash, store_name, biller_id, send_initial_orders, send_rebill_orders, send_order_status_id,
    order_lookup_delay_seconds, auto_sync_minutes, quick_sync_minutes, custom_field_namespace, custom_field_key,
    custom_field_permission_set, mirror_refunds, mirror_cancellations, tags, checkout_url, checkout_redirect,
    checkout_test_cookie, changes_at_once
) VALUES (
    %(store_hash)s, %(store_name)s, %(biller_id)s, %(send_initial_orders)s, %(send_rebill_orders)s,
    %(send_order_status_id)s, %(order_lookup_delay_seconds)s, %(auto_sync_minutes)s, %(quick_sync_minutes)s,
    %(custom_field_namespace)s, %(custom_field_key)s, %(custom_field_permission_set)s,
    %(mirror_refunds)s, %(mirror_cancellations)s, %(tags)s,
    %(checkout_url)s, %(checkout_redirect)s, %(checkout_test_cookie)s, %(changes_at_once)s
)
ON CONFLICT (store_hash) DO UPDATE SET
    store_name = excluded.store_name,
    biller_id = excluded.biller_id,
    send_initial_orders = excluded.send_initial_orders,
    send_rebill_orders = excluded.send_rebill_orders,
    send_order_status_id = excluded.send_order_status_id,
    order_lookup_delay_seconds = excluded.order_lookup_delay_seconds,
    auto_sync_minutes = excluded.auto_sync_minutes,
    quick_sync_minutes = excluded.quick_sync_minutes,
    quick_looked_until = NULL,
    custom_field_namespace = excluded.custom_field_namespace,
    custom_field_key = excluded.custom_field_key,
    custom_field_permission_set = excluded.custom_field_permission_set,
    mirror_refunds = excluded.mirror_refunds,
    mirror_cancellations = excluded.mirror_cancellations,
    tags = excluded.tags,
    checkout_url = excluded.checkout_url,
    checkout_redirect = excluded.checkout_redirect,
    checkout_test_cookie = excluded.checkout_test_cookie,
    changes_at_once = excluded.changes_at_once,
    send_initial_orders_since = CASE held.state WHEN 'draining' THEN held.send_initial_orders_since END,
    send_rebill_orders_since = CASE held.state WHEN 'draining' THEN held.send_rebill_orders_since END,
    mirror_refunds_since = CASE held.state WHEN 'draining' THEN held.mirror_refunds_since END,
    mirror_cancellations_since = CASE held.state WHEN 'draining' THEN held.mirror_cancellations_since END,
    verify_next_sync = held.verify_next_sync OR held.state = 'inactive',
    state = 'active',
    paused_at = NULL,
    paused_by = NULL,
    updated_at = now()
WHERE held.state <> 'active'
RETURNING held.*
