"""Why a sync stops although the store and the database answer.

SyncStopped (fix data)
├── MassRemoval          the store still lists fewer than half of the variants that the CRM holds
├── MoreRemoved          the sync would remove more variants than somebody confirmed
├── NothingUsable        the store lists products, and none of them can be used
├── CustomFieldsRefused  the products are published, but the store refused custom fields
├── Superseded           a sync that read the store later was published first
├── PagesMissing         the pages that this sync read are no longer there
├── PublishedMeanwhile   another sync changed products that this one had found unchanged
└── CurrencyChanged      the store's prices are in another currency than the campaign's
AnotherSyncRuns (wait and retry)
OptionValueRefused (fix data)
PriceRefused (fix data)
PricesChangedMeanwhile (fix data)
PriceBatchClosed (fix data)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from include.errors import FieldsRefused, FixData, WaitAndRetry
from include.plurals import count_of

CONFIRM_PRICE = "Please confirm the highlighted price."


class SyncStopped(FixData):
    """A sync that cannot go on; retrying it gives the same result.

    `counts` is what it had found by then, to be kept with it.
    """

    counts: Mapping[str, int] = MappingProxyType({})


class MassRemoval(SyncStopped):
    """The store still lists fewer than half of the variants that the CRM holds."""

    action = "allow_mass_removal"

    def __init__(
        self,
        still_listed: int,
        held: int,
        unusable: int = 0,
        *,
        would_remove: Mapping[str, int] | None = None,
    ) -> None:
        """`still_listed` variants are usable or not; `unusable` of them are not.

        `would_remove` is how many "products" and "variants" the sync would have removed.
        """
        self.counts = _would_remove(would_remove or {})
        counted = f" ({unusable:,} of them in a form that cannot be used)" if unusable else ""
        super().__init__(
            f"The store still lists {still_listed:,} of the {count_of(held, 'variant')} held here{counted}, "
            "fewer than half, so nothing was published.",
            "If they were really removed in BigCommerce, start the sync again with “Allow mass removal”; "
            "if not, check the store first.",
        )


class MoreRemoved(SyncStopped):
    """The sync would remove more variants than it may: the store lost more since somebody confirmed that."""

    action = "allow_mass_removal"

    def __init__(self, removed: int, at_most: int, *, would_remove: Mapping[str, int]) -> None:
        """`would_remove` as of MassRemoval."""
        self.counts = _would_remove(would_remove)
        super().__init__(
            f"The store no longer lists {count_of(removed, 'variant')} held here, more than the {at_most:,} "
            "that this sync may remove, so nothing was published.",
            "If they were really removed in BigCommerce, start the sync again with “Allow mass removal” and "
            "confirm the new number; if not, check the store first.",
        )


def _would_remove(numbers: Mapping[str, int]) -> dict[str, int]:
    return {f"would_remove_{what}": number for what, number in numbers.items()}


class NothingUsable(SyncStopped):
    """The store lists products, and none of their variants can be used."""

    def __init__(self, products: int, product_id: int | None, variant_id: int | None, reason: str) -> None:
        """`reason` is the first one, with its next step; the ids are of what it is about, as far as known."""
        named = [f"{kind} {id_}" for kind, id_ in (("product", product_id), ("variant", variant_id)) if id_]
        first = f"The first one, {', '.join(named)}" if named else "The first one"
        super().__init__(
            f"The store lists {count_of(products, 'product')}, but none of them can be "
            f"used, so nothing was published. {first}: {reason}",
            "If nothing is wrong in BigCommerce, contact its support.",
        )


class CustomFieldsRefused(SyncStopped):
    """The products are published, but the store refused custom fields, so the sync is not Completed."""

    def __init__(self, refused: int, total: int, reason: str) -> None:
        """`total`: all variants of the campaign that the store has; `reason` has its next step."""
        number = "all " if refused >= total else f"{refused:,} of "
        super().__init__(
            "The products are published, but BigCommerce refused the custom fields of "
            f"{number}{count_of(max(refused, total), 'variant')}, so checkout links cannot name "
            f"them. The first reason: {reason}",
            "The sync's warnings name the variants, each with its next step.",
        )


class Superseded(SyncStopped):
    """The catalogue that this sync read is older than the published one."""

    def __init__(self) -> None:
        super().__init__(
            "A sync that read the store later than this one is already published, so this one was not. "
            "Nothing is lost.",
            "Start a new sync if you want one.",
        )


class PagesMissing(SyncStopped):
    """The staged pages of this sync are gone."""

    def __init__(self) -> None:
        super().__init__(
            "The products that this sync read are no longer kept.",
            "Start a new sync, or clear the task “extract” too.",
        )


class PublishedMeanwhile(SyncStopped):
    """Another sync changed products that this one had found unchanged."""

    def __init__(self) -> None:
        super().__init__(
            "After this sync had read the store, another sync was published and changed products that were "
            "unchanged until then, so this one was not published.",
            "Start a new sync, or clear the task “extract” too.",
        )


class CurrencyChanged(SyncStopped):
    """The store's prices would be charged in the campaign's currency."""

    def __init__(self, campaign: str, store: str) -> None:
        super().__init__(
            f"The store's prices are in {store} now, but its campaign is in {campaign}, so nothing was "
            "published.",
            "Set the store's default currency back. To keep the new one, check the campaign's override "
            "prices and open orders, then ask your administrator to change the campaign's currency_code in "
            "the CRM's database.",
        )


class AnotherSyncRuns(WaitAndRetry):
    """Another sync of the same store is running, e.g. one from the command line."""

    def __init__(self, store_name: str) -> None:
        super().__init__(
            f"Another sync of {store_name} is running, so this one did not start.",
            command_line_step="Wait until it has finished, then start this one again.",
        )


class OptionValueRefused(FixData):
    """A default value that was entered for a required option is not valid."""


class PriceRefused(FieldsRefused):
    """Override prices that were entered are not valid."""


class PriceNotConfirmed(PriceRefused):
    """An unusual price was entered, and nobody said that it is meant."""

    def __init__(self, consequence: str) -> None:
        super().__init__({"confirmed": consequence}, sentence=CONFIRM_PRICE)


class PricesChangedMeanwhile(FixData):
    """Prices changed after their preview was made."""

    _SHOWN = 5

    def __init__(self, variants: Sequence[str]) -> None:
        """`variants`: those whose price changed, as people know them."""
        shown = ", ".join(variants[: self._SHOWN])
        more = len(variants) - self._SHOWN
        rest = f" and {more:,} more" if more > 0 else ""
        super().__init__(
            f"Nothing was changed, because {count_of(len(variants), 'price')} changed after this preview was "
            f"made: {shown}{rest}.",
            "Make a new preview and check it.",
        )


class PriceBatchClosed(FixData):
    """Prices were already changed or undone, or the preview of them has expired."""
