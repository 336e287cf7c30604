"""What happens with a hint that something changed in a store: its products are synced, its orders read."""
