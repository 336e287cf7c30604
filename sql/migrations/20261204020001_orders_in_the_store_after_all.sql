-- migrate:up
ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'in BigCommerce after all', 'twice in BigCommerce', 'gone from BigCommerce',
                        'unknown to the CRM', 'refunded in the CRM', 'cancelled in the CRM', 'not shipped',
                        'refunded in BigCommerce', 'cancelled in BigCommerce', 'refunds differ', 'total differs'));
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; in BigCommerce after all = rejected or dismissed, but BigCommerce has an order under its id; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there; unknown to the CRM = BigCommerce has it from us, but the CRM has no such order; refunded in the CRM, cancelled in the CRM = so after it was pushed, while BigCommerce does not know that, or has shipped it; refunded in BigCommerce, cancelled in BigCommerce = so there, while it is COMPLETE in the CRM; refunds differ = both refunded something, but not the same amount; total differs = the order was changed there; not shipped = paid, in BigCommerce for days, and still to be shipped.';

-- migrate:down
DELETE FROM crm.order_finding WHERE kind = 'in BigCommerce after all';
ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce', 'unknown to the CRM',
                        'refunded in the CRM', 'cancelled in the CRM', 'not shipped', 'refunded in BigCommerce',
                        'cancelled in BigCommerce', 'refunds differ', 'total differs'));
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there; unknown to the CRM = BigCommerce has it from us, but the CRM has no such order; refunded in the CRM, cancelled in the CRM = so after it was pushed, while BigCommerce does not know that, or has shipped it; refunded in BigCommerce, cancelled in BigCommerce = so there, while it is COMPLETE in the CRM; refunds differ = both refunded something, but not the same amount; total differs = the order was changed there; not shipped = paid, in BigCommerce for days, and still to be shipped.';
