-- A store deletes a variant's metafields with the variant. One that is back, even under its old id, has none, so what
-- is remembered about it is no longer true.
DELETE FROM crm.variant_custom_field field
USING variant_change
WHERE field.variant_detail_id = variant_change.variant_detail_id
  AND variant_change.change IN ('removed', 'revived', 'relinked');
