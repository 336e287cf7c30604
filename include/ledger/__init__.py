"""What the ledger of orders and the ledger of refunds and cancellations share."""
