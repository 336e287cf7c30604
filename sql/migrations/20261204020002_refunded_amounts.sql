-- migrate:up
COMMENT ON COLUMN crm.store_order.refunded_amount IS 'Refunded so far: what BigCommerce''s refunds of the order came to when it was last read as Refunded or Partially Refunded, because the order itself always says 0. Empty or 0 = nothing, or not known.';

-- migrate:down
COMMENT ON COLUMN crm.store_order.refunded_amount IS 'Refunded so far, as the order itself says. BigCommerce documents that it may always say 0. Empty = not readable.';
