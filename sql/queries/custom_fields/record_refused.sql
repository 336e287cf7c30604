INSERT INTO crm.sync_warning (sync_run_id, kind, bigcommerce_variant_id, reason)
SELECT %(sync_run_id)s, 'custom field refused', %(variant_id)s, %(reason)s
WHERE (SELECT count(*) FROM crm.sync_warning
       WHERE sync_run_id = %(sync_run_id)s AND kind = 'custom field refused') < %(limit)s;
