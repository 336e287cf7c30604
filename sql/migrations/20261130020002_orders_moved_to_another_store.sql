-- migrate:up
CREATE OR REPLACE VIEW crm.sendable_order AS
SELECT data_source_id, order_id, completed_at, completed_at >= switched_on_at AS is_new
FROM crm.switched_on_order
WHERE order_status = 'COMPLETE' AND NOT is_test
  AND NOT EXISTS (SELECT FROM crm.order_push elsewhere
                  WHERE elsewhere.order_id = switched_on_order.order_id
                    AND elsewhere.data_source_id <> switched_on_order.data_source_id
                    AND elsewhere.state IN ('sending', 'uncertain', 'pushed'));
COMMENT ON VIEW crm.sendable_order IS 'Orders that the settings ask to be sent: COMPLETE, no tests, of an active data source''s campaign, of a type that is switched on, and that no other store has or may have: an order that the CRM moved to the campaign of another store is not shipped twice.';

CREATE OR REPLACE VIEW crm.new_order AS
SELECT source.data_source_id, outbox.order_id, outbox.completed_at
FROM crm.data_source source
CROSS JOIN LATERAL (VALUES
    -- the times are empty where the type is switched off
    ('NEW_SALE', source.send_initial_orders_since), ('RECURRING', source.send_rebill_orders_since)
) AS sent (order_type, since)
JOIN crm.order_outbox outbox
    ON outbox.campaign_id = source.campaign_id AND outbox.order_type = sent.order_type
    AND outbox.completed_at >= sent.since
WHERE source.state = 'active'
  AND NOT EXISTS (SELECT FROM crm.order_push push
                  WHERE push.order_id = outbox.order_id
                    AND (push.data_source_id = source.data_source_id
                         OR push.state IN ('sending', 'uncertain', 'pushed')));

-- migrate:down
CREATE OR REPLACE VIEW crm.new_order AS
SELECT source.data_source_id, outbox.order_id, outbox.completed_at
FROM crm.data_source source
CROSS JOIN LATERAL (VALUES
    -- the times are empty where the type is switched off
    ('NEW_SALE', source.send_initial_orders_since), ('RECURRING', source.send_rebill_orders_since)
) AS sent (order_type, since)
JOIN crm.order_outbox outbox
    ON outbox.campaign_id = source.campaign_id AND outbox.order_type = sent.order_type
    AND outbox.completed_at >= sent.since
WHERE source.state = 'active'
  AND NOT EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = source.data_source_id AND push.order_id = outbox.order_id);
CREATE OR REPLACE VIEW crm.sendable_order AS
SELECT data_source_id, order_id, completed_at, completed_at >= switched_on_at AS is_new
FROM crm.switched_on_order
WHERE order_status = 'COMPLETE' AND NOT is_test;
COMMENT ON VIEW crm.sendable_order IS 'Orders that the settings ask to be sent: COMPLETE, no tests, of an active data source''s campaign, of a type that is switched on.';
