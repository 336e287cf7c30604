-- migrate:up
ALTER TABLE crm.order_push_attempt
    DROP CONSTRAINT order_push_attempt_action_check,
    ADD CONSTRAINT order_push_attempt_action_check
        CHECK (action IN ('send', 'look up', 'translate', 'retry', 'resolve', 'dismiss', 'reopen', 'mark refunded'));
COMMENT ON COLUMN crm.order_push_attempt.action IS 'send, look up, translate, retry (a person requested another attempt), resolve (a person recorded whether BigCommerce has the order), dismiss (a person decided that it is not sent), reopen (a person took that back), or mark refunded (a person had BigCommerce set it to Refunded, as the CRM has it).';

-- migrate:down
DELETE FROM crm.order_push_attempt WHERE action = 'mark refunded';
ALTER TABLE crm.order_push_attempt
    DROP CONSTRAINT order_push_attempt_action_check,
    ADD CONSTRAINT order_push_attempt_action_check
        CHECK (action IN ('send', 'look up', 'translate', 'retry', 'resolve', 'dismiss', 'reopen'));
COMMENT ON COLUMN crm.order_push_attempt.action IS 'send, look up, translate, retry (a person requested another attempt), resolve (a person recorded whether BigCommerce has the order), dismiss (a person decided that it is not sent), or reopen (a person took that back).';
