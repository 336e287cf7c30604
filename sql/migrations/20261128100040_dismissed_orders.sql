-- migrate:up
ALTER TABLE crm.order_push
    DROP CONSTRAINT order_push_state_check,
    ADD CONSTRAINT order_push_state_check
        CHECK (state IN ('pending', 'sending', 'pushed', 'rejected', 'uncertain', 'dismissed')),
    ADD COLUMN dismissed_at timestamptz,
    ADD COLUMN dismissed_by text,
    ADD COLUMN dismissed_because text,
    ADD CONSTRAINT order_push_dismissed_check CHECK (
        state <> 'dismissed'
        OR num_nulls(dismissed_at, dismissed_by, dismissed_because, reason, next_step) = 0);
COMMENT ON COLUMN crm.order_push.state IS 'pending = waits to be sent; sending = on its way; pushed = BigCommerce has it; rejected = BigCommerce will not take it as it is; uncertain = sent, but no clear answer: it is being looked up; dismissed = it was rejected, and a person decided that it is not sent.';
COMMENT ON COLUMN crm.order_push.reason IS 'Why it was rejected, waits or is uncertain, in one sentence. A dismissed order keeps the reason of its rejection.';
COMMENT ON COLUMN crm.order_push.dismissed_at IS 'When a person dismissed it.';
COMMENT ON COLUMN crm.order_push.dismissed_by IS 'Who dismissed it.';
COMMENT ON COLUMN crm.order_push.dismissed_because IS 'Why, in that person''s words.';

ALTER TABLE crm.order_push_attempt
    DROP CONSTRAINT order_push_attempt_action_check,
    ADD CONSTRAINT order_push_attempt_action_check
        CHECK (action IN ('send', 'look up', 'translate', 'retry', 'resolve', 'dismiss', 'reopen'));
COMMENT ON COLUMN crm.order_push_attempt.action IS 'send, look up, translate, retry (a person requested another attempt), resolve (a person recorded whether BigCommerce has the order), dismiss (a person decided that it is not sent), or reopen (a person took that back).';
COMMENT ON COLUMN crm.order_push_attempt.outcome IS 'pushed, rejected, uncertain, waits, not found, adopted, found twice, requested, not in BigCommerce, dismissed.';

CREATE FUNCTION crm.kind_of_reason(reason text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(left(reason, 1000), '"[^"]*"|SKU [^\s)]+|[0-9]([0-9.,]*[0-9])?', '…', 'g')
$$;
COMMENT ON FUNCTION crm.kind_of_reason(text) IS 'A reason without the names and numbers in it: two orders with the same problem have the same.';
ALTER TABLE crm.order_push
    ADD COLUMN reason_kind text GENERATED ALWAYS AS (left(md5(crm.kind_of_reason(reason)), 12)) STORED;
COMMENT ON COLUMN crm.order_push.reason_kind IS 'Short name of the kind of the reason, the same for all orders with the same problem. Fills itself in.';

CREATE INDEX order_push_of_all_stores ON crm.order_push (state, order_push_id DESC);
CREATE INDEX order_push_order ON crm.order_push (order_id);
CREATE INDEX order_push_reason_kind ON crm.order_push (reason_kind, order_push_id DESC)
    WHERE state IN ('rejected', 'dismissed');
CREATE INDEX customer_order_email ON crm.customer_order (lower(email_address) text_pattern_ops);
CREATE INDEX customer_order_name ON crm.customer_order (lower(name) text_pattern_ops);
CREATE INDEX customer_order_completed ON crm.customer_order (completed_at);

-- migrate:down
DROP INDEX crm.customer_order_completed, crm.customer_order_name, crm.customer_order_email,
    crm.order_push_reason_kind, crm.order_push_order, crm.order_push_of_all_stores;
ALTER TABLE crm.order_push DROP COLUMN reason_kind;
DROP FUNCTION crm.kind_of_reason(text);
DELETE FROM crm.order_push_attempt WHERE action IN ('dismiss', 'reopen');
ALTER TABLE crm.order_push_attempt
    DROP CONSTRAINT order_push_attempt_action_check,
    ADD CONSTRAINT order_push_attempt_action_check
        CHECK (action IN ('send', 'look up', 'translate', 'retry', 'resolve'));
COMMENT ON COLUMN crm.order_push_attempt.action IS 'send, look up, translate, retry (a person requested another attempt), or resolve (a person recorded whether BigCommerce has the order).';
COMMENT ON COLUMN crm.order_push_attempt.outcome IS 'pushed, rejected, uncertain, waits, not found, adopted, found twice, requested, not in BigCommerce.';
UPDATE crm.order_push SET state = 'rejected' WHERE state = 'dismissed';
ALTER TABLE crm.order_push
    DROP CONSTRAINT order_push_dismissed_check,
    DROP COLUMN dismissed_because, DROP COLUMN dismissed_by, DROP COLUMN dismissed_at,
    DROP CONSTRAINT order_push_state_check,
    ADD CONSTRAINT order_push_state_check
        CHECK (state IN ('pending', 'sending', 'pushed', 'rejected', 'uncertain'));
COMMENT ON COLUMN crm.order_push.state IS 'pending = waits to be sent; sending = on its way; pushed = BigCommerce has it; rejected = BigCommerce will not take it as it is; uncertain = sent, but no clear answer: it is being looked up.';
COMMENT ON COLUMN crm.order_push.reason IS 'Why it was rejected, waits or is uncertain, in one sentence.';
