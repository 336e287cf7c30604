-- migrate:up
CREATE FUNCTION crm.announce_due_orders(campaign_ids bigint[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('crm_order_due', source.campaign_id::text)
    FROM crm.data_source source
    WHERE source.campaign_id = ANY(campaign_ids)
      AND source.state = 'active' AND source.paused_at IS NULL
      AND (source.send_initial_orders OR source.send_rebill_orders);
END $$;
COMMENT ON FUNCTION crm.announce_due_orders(bigint[]) IS 'Notifies the channel crm_order_due, as the transaction commits, of those of these campaigns whose data source sends orders. The payload is the campaign''s id, once for each transaction. With the rights of its owner, so that whoever writes orders need not read data sources.';

CREATE FUNCTION crm.announce_completed_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM crm.announce_due_orders(array_agg(DISTINCT campaign_id))
        FROM after WHERE order_status = 'COMPLETE' AND NOT is_test;
    ELSE
        PERFORM crm.announce_due_orders(array_agg(DISTINCT after.campaign_id))
        FROM after LEFT JOIN before USING (order_id)
        WHERE after.order_status = 'COMPLETE' AND NOT after.is_test
          AND (before.order_status = 'COMPLETE' AND NOT before.is_test) IS NOT TRUE;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.announce_completed_orders() IS 'Announces orders that became COMPLETE and are no tests, once for each statement, however many orders it wrote.';

CREATE TRIGGER announce_inserted AFTER INSERT ON crm.customer_order
    REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION crm.announce_completed_orders();
CREATE TRIGGER announce_updated AFTER UPDATE ON crm.customer_order
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION crm.announce_completed_orders();

-- migrate:down
DROP TRIGGER announce_updated ON crm.customer_order;
DROP TRIGGER announce_inserted ON crm.customer_order;
DROP FUNCTION crm.announce_completed_orders();
DROP FUNCTION crm.announce_due_orders(bigint[]);
