-- migrate:up
CREATE FUNCTION crm.check_cancellation_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH checked AS (
        UPDATE crm.order_reversal reversal
        SET state = 'pending', next_attempt_at = clock_timestamp(), reason = NULL, next_step = NULL,
            updated_at = clock_timestamp()
        WHERE reversal.data_source_id = NEW.data_source_id AND reversal.order_id = NEW.order_id
          AND reversal.kind = 'cancellation' AND reversal.state IN ('pending', 'pushed', 'rejected')
          AND EXISTS (SELECT FROM crm.customer_order customer_order
                      WHERE customer_order.order_id = NEW.order_id AND customer_order.cancelled_at IS NOT NULL)
        RETURNING order_reversal_id
    )
    INSERT INTO crm.order_reversal_attempt (order_reversal_id, worker, action, outcome, detail)
    SELECT order_reversal_id, 'order push', 'retry', 'requested',
           'The order was settled as BigCommerce order ' || NEW.bigcommerce_order_id || '.'
    FROM checked;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.check_cancellation_again() IS 'The cancellation of an order follows it to the order of BigCommerce that it turned out to be: another one than was cancelled, if it was there twice or a person resolved it. To set the status again does no harm.';
CREATE TRIGGER check_cancellation_again AFTER UPDATE ON crm.order_push
    FOR EACH ROW WHEN (NEW.state = 'pushed' AND OLD.state <> 'pushed')
    EXECUTE FUNCTION crm.check_cancellation_again();

-- migrate:down
DROP TRIGGER check_cancellation_again ON crm.order_push;
DROP FUNCTION crm.check_cancellation_again();
