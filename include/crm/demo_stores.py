"""The past of the demo's stores, which nobody has time to wait for; their last syncs are real."""

from __future__ import annotations

from include.crm.database import Connection, execute


def add_history(crm: Connection, store_hash: str, *, syncs: int, products: int, variants: int) -> None:
    """Add Completed syncs, one for every three hours before now."""
    execute(crm, "demo/add_history", store_hash=store_hash, syncs=syncs, products=products, variants=variants)


def make_older(crm: Connection, store_hash: str, minutes: int) -> None:
    """Let all syncs of a store, and its last change of settings, be so many minutes older."""
    execute(crm, "demo/make_older", store_hash=store_hash, minutes=minutes)


def add_lost_products(crm: Connection, store_hash: str) -> None:
    """Add twice as many products as the store lists, so that its next sync finds most of them gone."""
    execute(crm, "demo/add_lost_products", store_hash=store_hash)
