"""Watches all data sources and tells people what changed: what goes wrong, gets worse, and is well again."""
