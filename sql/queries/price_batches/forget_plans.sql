-- A pooled connection may have checked foreign keys when the campaign was nearly empty, and would go on reading all of
-- it for each price.
DISCARD PLANS;
