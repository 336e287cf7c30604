UPDATE crm.data_source SET
    store_name = %(store_name)s,
    biller_id = %(biller_id)s,
    send_initial_orders = %(send_initial_orders)s,
    send_rebill_orders = %(send_rebill_orders)s,
    send_order_status_id = %(send_order_status_id)s,
    order_lookup_delay_seconds = %(order_lookup_delay_seconds)s,
    auto_sync_minutes = %(auto_sync_minutes)s,
    quick_sync_minutes = %(quick_sync_minutes)s,
    -- a look that begins where one ended weeks ago would list half the catalogue
    quick_looked_until = CASE WHEN quick_sync_minutes IS NOT NULL THEN quick_looked_until END,
    custom_field_namespace = %(custom_field_namespace)s,
    custom_field_key = %(custom_field_key)s,
    custom_field_permission_set = %(custom_field_permission_set)s,
    mirror_refunds = %(mirror_refunds)s,
    mirror_cancellations = %(mirror_cancellations)s,
    tags = %(tags)s,
    checkout_url = %(checkout_url)s,
    checkout_redirect = %(checkout_redirect)s,
    checkout_test_cookie = %(checkout_test_cookie)s,
    changes_at_once = %(changes_at_once)s,
    updated_at = now()
WHERE store_hash = %(store_hash)s AND state = 'active'
RETURNING *
