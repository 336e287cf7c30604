"""Deletes old data: raw pages, syncs, the history of pushed orders, reconciliations and alerts."""
