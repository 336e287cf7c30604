"""The countries and states that a sandbox store lists: its own truth, which an order's address must meet."""
