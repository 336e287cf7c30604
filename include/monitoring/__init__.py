"""Checks all data sources and tells people what changed: new problems, and problems that are over."""
