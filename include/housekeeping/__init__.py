"""Deletes what nobody needs any more: raw pages, old syncs, the history of pushed orders, reconciliations."""
