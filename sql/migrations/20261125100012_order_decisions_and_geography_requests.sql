-- migrate:up
ALTER TABLE crm.order_push_attempt
    DROP CONSTRAINT order_push_attempt_action_check,
    ADD CONSTRAINT order_push_attempt_action_check
        CHECK (action IN ('send', 'look up', 'translate', 'retry', 'resolve'));
UPDATE crm.order_push_attempt SET outcome = 'requested' WHERE outcome = 'asked for';
COMMENT ON COLUMN crm.order_push_attempt.action IS 'send, look up, translate, retry (a person requested another attempt), or resolve (a person recorded whether BigCommerce has the order).';
COMMENT ON COLUMN crm.order_push_attempt.outcome IS 'pushed, rejected, uncertain, waits, not found, adopted, found twice, requested, not in BigCommerce.';

ALTER TABLE crm.store_geography ADD COLUMN requests integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN crm.store_geography.requests IS 'Requests sent for the lists since the store was last left alone for a week.';

-- migrate:down
ALTER TABLE crm.store_geography DROP COLUMN requests;
UPDATE crm.order_push_attempt SET outcome = 'asked for' WHERE outcome = 'requested';
UPDATE crm.order_push_attempt SET action = 'retry' WHERE action = 'resolve';
ALTER TABLE crm.order_push_attempt
    DROP CONSTRAINT order_push_attempt_action_check,
    ADD CONSTRAINT order_push_attempt_action_check
        CHECK (action IN ('send', 'look up', 'translate', 'retry'));
COMMENT ON COLUMN crm.order_push_attempt.action IS 'send, look up, translate, or retry (a person asked to try again).';
COMMENT ON COLUMN crm.order_push_attempt.outcome IS 'pushed, rejected, uncertain, waits, not found, adopted, found twice, asked for.';
