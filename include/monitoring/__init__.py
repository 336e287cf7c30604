"""Watches all data sources and tells people what changed: what goes wrong, what was added, what is well again."""
