-- Whether at most so many orders were completed in a time span.
SELECT count(*) <= %(most)s AS is_short
FROM (SELECT FROM crm.customer_order
      WHERE (%(from_time)s::timestamptz IS NULL OR completed_at >= %(from_time)s)
        AND (%(to_time)s::timestamptz IS NULL OR completed_at < %(to_time)s)
      LIMIT %(most)s + 1) AS capped;
