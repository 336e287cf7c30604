-- Orders that were noted for the first time go on being looked at. Those noted long enough ago that every change which
-- missed the noted one has ended are worked out as they stand now: into the outbox, or out of it. Both parts of the
-- outbox that change are disjoint.
WITH seen AS (
    UPDATE crm.reversal_notice SET checked_at = clock_timestamp() WHERE checked_at IS NULL
), settled AS (
    DELETE FROM crm.reversal_notice WHERE reversal_notice_id IN (
        SELECT reversal_notice_id FROM crm.reversal_notice
        WHERE checked_at < clock_timestamp() - make_interval(secs => %(settled_after_seconds)s)
        FOR UPDATE SKIP LOCKED)
    RETURNING order_id
), unsent AS MATERIALIZED (
    SELECT unsent.data_source_id, unsent.kind, unsent.order_id, max(unsent.at) AS at
    FROM (SELECT DISTINCT order_id FROM settled) noted
    CROSS JOIN LATERAL crm.unsent_reversals(noted.order_id) unsent
    GROUP BY unsent.data_source_id, unsent.kind, unsent.order_id
), sent AS (
    DELETE FROM crm.reversal_outbox outbox
    WHERE outbox.order_id IN (SELECT order_id FROM settled)
      AND NOT EXISTS (SELECT FROM unsent
                      WHERE unsent.order_id = outbox.order_id AND unsent.data_source_id = outbox.data_source_id
                        AND unsent.kind = outbox.kind)
)
INSERT INTO crm.reversal_outbox (data_source_id, kind, order_id, at)
SELECT data_source_id, kind, order_id, at FROM unsent
ON CONFLICT (order_id, data_source_id, kind) DO UPDATE SET at = excluded.at;
