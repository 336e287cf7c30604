"""Webhooks (webhooks.v3.yml): which hooks a store has, the events that changes make, and their delivery."""
