-- Variants that the changes leave alone and whose field is missing or differs, and those that would need a new field.
SELECT (SELECT count(*)
        FROM crm.pending_custom_field pending
        WHERE pending.data_source_id = %(data_source_id)s
          AND NOT EXISTS (SELECT FROM variant_change
                          WHERE variant_change.variant_detail_id = pending.variant_detail_id
                            AND change IN ('removed', 'relinked', 'revived')))
     + (SELECT count(*) FROM variant_change WHERE change IN ('new', 'relinked', 'revived')) AS pending;
