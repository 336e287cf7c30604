CREATE TEMPORARY TABLE new_campaign ON COMMIT DROP AS SELECT %(campaign_id)s::bigint AS campaign_id;
