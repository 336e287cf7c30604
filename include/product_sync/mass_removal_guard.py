"""The mass-removal guard: a sync that would remove most of a campaign, or uses nothing of it, is stopped.

A store emptied by mistake, or an answer in an unexpected form, must not empty the campaign. What the store
lists in a form that cannot be used is not removed: the guard counts it apart.
"""

from __future__ import annotations

from include.crm.publication import FoundChanges
from include.product_sync.errors import MassRemoval, NothingUsable


def check(found: FoundChanges, *, listed_products: int, allow_mass_removal: bool) -> None:
    """Raise NothingUsable if products are listed and none can be used, MassRemoval if most are gone.

    Most are gone if the variants listed, usable or not, are fewer than half of the variants held.
    """
    if found.variants == 0 and found.first_quarantined:
        first = found.first_quarantined
        raise NothingUsable(
            listed_products, first.bigcommerce_product_id, first.bigcommerce_variant_id, first.reason
        )
    unusable = found.variants_kept + found.variants_quarantined_new
    listed = found.variants + unusable
    if listed * 2 < found.variants_held and not allow_mass_removal:
        raise MassRemoval(listed, found.variants_held, unusable)
