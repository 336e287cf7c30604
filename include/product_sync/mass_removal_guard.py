"""The mass-removal guard: a sync that would remove most of a campaign, or uses nothing of it, is stopped.

A store emptied by mistake, or an answer in an unexpected form, must not empty the campaign. What the store
lists in a form that cannot be used is not removed: the guard counts it apart.
"""

from __future__ import annotations

from include.crm.publication import FoundChanges
from include.product_sync.errors import MassRemoval, MoreRemoved, NothingUsable


def check(
    found: FoundChanges, *, listed_products: int, allow_mass_removal: bool, remove_at_most: int | None
) -> None:
    """Raise NothingUsable if products are listed and none can be used, MassRemoval if most are gone, and
    MoreRemoved if more are gone than this sync may remove.

    Most are gone if the store still lists, usable or not, fewer than half of the variants held. New ones make
    up for others of the same product, whose options were edited, but not for those of other products: in a
    catalogue that was imported anew, all products are new, and no override price or link of the old counts.
    """
    if found.variants == 0 and found.first_quarantined:
        first = found.first_quarantined
        raise NothingUsable(
            listed_products, first.bigcommerce_product_id, first.bigcommerce_variant_id, first.reason
        )
    still_listed = found.variants_held - found.variants_gone
    removed = found.variant_changes.get("removed", 0)
    would_remove = {"products": found.product_changes.get("removed", 0), "variants": removed}
    if still_listed * 2 < found.variants_held and not allow_mass_removal:
        raise MassRemoval(still_listed, found.variants_held, found.variants_kept, would_remove=would_remove)
    if remove_at_most is not None and removed > remove_at_most:
        raise MoreRemoved(removed, remove_at_most, would_remove=would_remove)
