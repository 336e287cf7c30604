-- Orders can still be read. Two presses of Pay at the same moment come one after the other.
LOCK TABLE crm.customer_order IN SHARE ROW EXCLUSIVE MODE;
