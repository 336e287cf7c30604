-- How many variants are not ready for each reason and, in the row without a reason, for any.
SELECT reason, count(*) AS variants
FROM crm.unready_variants(%(campaign_id)s)
CROSS JOIN LATERAL unnest(array_prepend(NULL, reasons)) AS reason
GROUP BY reason;
