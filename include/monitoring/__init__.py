"""Watches all data sources and tells people what changed: what goes wrong, and what is well again."""
