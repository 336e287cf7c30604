-- migrate:up
ALTER TABLE crm.order_push ADD COLUMN is_withheld boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN crm.order_push.is_withheld IS 'Of a rejected order: whether the CRM itself held it back, because it was not COMPLETE any more when it was to leave, or was called a test. The next push sends it once that is over.';
UPDATE crm.order_push SET is_withheld = true
WHERE state IN ('rejected', 'dismissed')
  AND reason IN ('The order is not complete.', 'It is a test order; those never leave the CRM.');
CREATE INDEX order_push_withheld ON crm.order_push (data_source_id) WHERE is_withheld AND state = 'rejected';

CREATE OR REPLACE VIEW crm.order_completed_again AS
SELECT push.order_push_id, push.data_source_id, push.order_id
FROM crm.order_push push
JOIN crm.sendable_order sendable USING (data_source_id, order_id)
WHERE push.is_withheld AND push.state = 'rejected'; -- as the index has it

-- migrate:down
CREATE OR REPLACE VIEW crm.order_completed_again AS
SELECT push.order_push_id, push.data_source_id, push.order_id
FROM crm.order_push push
JOIN crm.sendable_order sendable USING (data_source_id, order_id)
WHERE push.state = 'rejected'
  -- as the index on reasons has it
  AND push.reason_kind IN (left(md5('The order is not complete.'), 12),
                           left(md5('It is a test order; those never leave the CRM.'), 12));
DROP INDEX crm.order_push_withheld;
ALTER TABLE crm.order_push DROP COLUMN is_withheld;
