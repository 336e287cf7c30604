-- migrate:up
-- An order for which 9 pieces are left and one for which none is have the same problem, as have orders with one and with
-- several such products, however these are named: they are one group, to restock and retry together. Most orders
-- have no reason: without STRICT, each of them would cost 12 microseconds whenever it is written.
CREATE OR REPLACE FUNCTION crm.kind_of_reason(reason text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(DISTINCT sentence COLLATE "C", '. ' ORDER BY sentence COLLATE "C")
    FROM regexp_replace(left(reason, 1000), '"[^"]*"|SKU [^\s)]+|[0-9]([0-9.,]*[0-9])?', '…', 'g') AS bare,
         regexp_replace(bare, '… \(…\)|BigCommerce''s (product|variant) …|\mA product\M', '…', 'g') AS unnamed,
         regexp_replace(unnamed, ': … left|,? of … pieces', '', 'g') AS brief,
         regexp_replace(brief, 'the options? …(, …)*( and …)?|its required options|an option( of the order)?', '…', 'g') AS short,
         regexp_split_to_table(rtrim(short, '.'), '\. ') AS sentence
    WHERE sentence !~ '^There (is|are) … more problems?$'
$$;
COMMENT ON FUNCTION crm.kind_of_reason(text) IS 'A reason without the names, numbers and details in it, and each of its sentences once: two orders with the same problem have the same.';

ALTER TABLE crm.order_push DROP COLUMN reason_kind;
ALTER TABLE crm.order_push
    ADD COLUMN reason_kind text GENERATED ALWAYS AS (left(md5(crm.kind_of_reason(reason)), 12)) STORED;
COMMENT ON COLUMN crm.order_push.reason_kind IS 'Short name of the kind of the reason, the same for all orders with the same problem. Fills itself in.';
CREATE INDEX order_push_reason_kind ON crm.order_push (reason_kind, order_push_id DESC)
    WHERE state IN ('rejected', 'dismissed');

-- migrate:down
CREATE OR REPLACE FUNCTION crm.kind_of_reason(reason text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(left(reason, 1000), '"[^"]*"|SKU [^\s)]+|[0-9]([0-9.,]*[0-9])?', '…', 'g')
$$;
COMMENT ON FUNCTION crm.kind_of_reason(text) IS 'A reason without the names and numbers in it: two orders with the same problem have the same.';

ALTER TABLE crm.order_push DROP COLUMN reason_kind;
ALTER TABLE crm.order_push
    ADD COLUMN reason_kind text GENERATED ALWAYS AS (left(md5(crm.kind_of_reason(reason)), 12)) STORED;
COMMENT ON COLUMN crm.order_push.reason_kind IS 'Short name of the kind of the reason, the same for all orders with the same problem. Fills itself in.';
CREATE INDEX order_push_reason_kind ON crm.order_push (reason_kind, order_push_id DESC)
    WHERE state IN ('rejected', 'dismissed');
